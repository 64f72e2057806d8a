#pragma once
#include <cstdint>
#include <loci/base/scope.hpp>
#include <loci/store/database.hpp>
#include <vector>

namespace loci::memory {

/// Changes of memories and registry rows that a caller may see. A change in a `team:` space is
/// logged without a user, because every user of the tenant sees it.
Result<std::vector<store::LoggedChange>> visible_changes(store::Database& database,
                                                         Caller const& caller, std::int64_t after,
                                                         std::size_t limit);

} // namespace loci::memory
