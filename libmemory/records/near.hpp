#pragma once
#include <index/catalogue.hpp>
#include <loci/base/result.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/near_duplicate.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <records/models.hpp>
#include <records/prepare.hpp>
#include <span>

namespace loci::memory {

std::optional<Error> check(NearnessLimits const& limits);

/// Finds, for each item, the memories of the default view and the earlier items that say what it
/// says, the nearest first. An item without a vector has only those whose folded text is equal.
///
/// `serving` must be the model of the catalogue's vectors.
void find_near(store::ReadTransaction& transaction, index::Catalogue& catalogue,
               Caller const& caller, UsedModel const& serving, NearnessLimits const& limits,
               std::span<PreparedItem> items);

} // namespace loci::memory
