#pragma once
#include "index/code_table.hpp"
#include "index/graph.hpp"
#include "index/segment_limits.hpp"

#include <cstddef>
#include <cstdint>
#include <loci/memory/vector_index.hpp>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <vector>

namespace loci::index {

/// Vectors as half floats. The newest are an exact tail; the others are also nodes of a sealed
/// segment: a graph that `seal` replaces by a larger one. All scores come from the same codes by
/// the same kernel, so that a hit's score does not tell where its vector lies.
///
/// Threads: as `VectorIndex`; `seal` and `adopt` on one thread at a time, which may be another one
/// than that of `add`.
class SegmentedIndex final : public memory::VectorIndex {
public:
    explicit SegmentedIndex(std::size_t dimension, SegmentLimits limits = {});

    void add(std::uint32_t position, std::span<float const> vector) override;
    void remove(std::uint32_t position) override;
    std::vector<memory::VectorHit> search(std::span<float const> question,
                                          std::span<std::uint64_t const> allowed,
                                          std::size_t count) const override;
    std::vector<float> score(std::span<float const> question,
                             std::span<std::uint32_t const> positions) const override;
    std::size_t size() const override;
    std::size_t memory_bytes() const override;

    /// A vector that was coded before.
    void add_code(std::uint32_t position, std::span<Half const> code);

    CodeView codes() const { return codes_.view(); }

    /// Null when nothing is sealed.
    std::shared_ptr<Graph const> graph() const;

    /// Takes a graph over these positions that was stored earlier.
    void adopt(std::shared_ptr<Graph const> graph);

    /// Whether `seal` has something to do: the tail is long, or many nodes are dead.
    bool wants_seal() const;

    /// Vectors that wait for `seal`.
    std::size_t unsealed() const;

    /// One step of sealing: some thousand vectors of the tail become nodes, or some thousand of a
    /// new graph that replaces one with many dead nodes when it is complete. Adds, removals and
    /// searches go on meanwhile. False: stopped before the end, nothing has changed.
    bool seal(std::stop_token const& stop = {}, std::size_t threads = 1);

private:
    /// What `graph_` lacks, and what of it is dead.
    struct Counts {
        std::size_t tail = 0;
        std::size_t nodes = 0;
        std::size_t dead = 0; ///< nodes without a vector, also those that are no more
    };

    Counts counts() const;
    std::shared_ptr<Graph const> extended(Graph const* base, std::stop_token const& stop,
                                          std::size_t threads) const;

    Kernel const& kernel_;
    std::size_t dimension_;
    SegmentLimits limits_;
    CodeTable codes_;
    std::shared_ptr<Graph const> next_; // the new graph that is not complete; for `seal` alone
    mutable std::mutex mutex_;          // guards the following, held only to copy or count
    std::shared_ptr<Graph const> graph_;
    std::size_t removed_ = 0;    // nodes of `graph_` without a vector
    std::size_t next_bytes_ = 0; // memory of `next_`
};

} // namespace loci::index
