#pragma once
#include "store/engine.hpp"

#include <loci/base/result.hpp>
#include <loci/store/database.hpp>

namespace loci::store {

/// The store's own tables.
Component store_component();

/// Brings every component forward, each step in a transaction of its own. Nothing is changed when
/// one of them is newer than this program.
/// Errors: `conflict` (`DATABASE_TOO_NEW`).
Result<Done> migrate(Connection& connection, std::span<Component const> components, Timestamp now);

/// Whether this program can read the file as it is.
/// Errors: `conflict` (`DATABASE_TOO_NEW`, `DATABASE_TOO_OLD`).
Result<Done> check_migrated(Connection& connection, std::span<Component const> components);

} // namespace loci::store
