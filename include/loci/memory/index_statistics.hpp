#pragma once
#include <cstddef>
#include <cstdint>

namespace loci::memory {

/// What is kept in memory so that recall is fast: filter columns and vectors, per owner. An owner
/// is a user of a tenant, or all `team:` spaces of one.
struct IndexStatistics {
    std::size_t bytes = 0;       ///< held now
    std::size_t budget = 0;      ///< that they are kept within
    std::size_t owners = 0;      ///< held now
    std::uint64_t loads = 0;     ///< from the database, since it was opened
    std::uint64_t evictions = 0; ///< to stay within the budget
    std::size_t unsealed = 0;    ///< vectors that are compared one by one until a graph is built
};

inline constexpr std::size_t default_memory_budget = std::size_t{2} << 30;

} // namespace loci::memory
