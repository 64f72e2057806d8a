#pragma once
#include <cstddef>

namespace loci::index {

/// The sizes at which a `SegmentedIndex` behaves differently.
struct SegmentLimits {
    std::size_t sealed_from = 20'000;    ///< with fewer vectors there is no graph and no file
    std::size_t longest_tail = 8192;     ///< with more, `wants_seal`
    std::size_t sealed_at_once = 32'768; ///< vectors that one step of sealing takes
    std::size_t compared = 20'000;       ///< so many allowed vectors are compared without a graph
};

} // namespace loci::index
