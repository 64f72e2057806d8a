#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace loci::memory {

/// Where a vector lies and how near it is to the question: larger is nearer.
struct VectorHit {
    std::uint32_t position = 0;
    float score = 0; ///< inner product; the cosine, since vectors have length 1
    bool operator==(VectorHit const&) const = default;
};

/// Vectors at positions, searched under a set of allowed positions.
///
/// A position is given once and never reused; an index may keep its newest vectors in an exact tail
/// and older ones in sealed segments, as long as callers cannot tell but by speed.
///
/// Threads: `add` and `remove` are called by one thread at a time; every other function from any
/// thread at once, also meanwhile. A search sees all vectors whose `add` had returned before it.
class VectorIndex {
public:
    virtual ~VectorIndex() = default;

    /// `vector` has the index's dimension, finite numbers, and length 1. Positions may leave gaps.
    virtual void add(std::uint32_t position, std::span<float const> vector) = 0;

    /// No search finds it from now on. Unknown positions are ignored.
    virtual void remove(std::uint32_t position) = 0;

    /// The `count` best among the positions whose bit is set (bit p % 64 of word p / 64), best
    /// first, ties by smaller position.
    virtual std::vector<VectorHit> search(std::span<float const> question,
                                          std::span<std::uint64_t const> allowed,
                                          std::size_t count) const = 0;

    /// Exact scores of the vectors at `positions`, in their order; 0 where there is none.
    virtual std::vector<float> score(std::span<float const> question,
                                     std::span<std::uint32_t const> positions) const = 0;

    virtual std::size_t size() const = 0;         ///< vectors held
    virtual std::size_t memory_bytes() const = 0; ///< of vectors and search structures
};

} // namespace loci::memory
