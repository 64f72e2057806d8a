#pragma once
#include "identity/authority.hpp"

#include <loci/base/ids.hpp>
#include <loci/store/transaction.hpp>

namespace loci::runtime {

/// The owner of the first tenant; both are made when there is no tenant yet.
Account ensure_owner(store::WriteTransaction&, IdSource&);

/// Nullopt in a new database.
std::optional<Account> find_owner(store::ReadTransaction&);

} // namespace loci::runtime
