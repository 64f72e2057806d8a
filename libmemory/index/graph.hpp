#pragma once
#include "index/best.hpp"
#include "index/code_table.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace loci::index {

/// Links between coded vectors along which a search walks towards a question: HNSW (Malkov and
/// Yashunin 2016), built by FAISS. A node is a position of the code table, so that neither codes
/// nor numbers are stored twice. Nodes whose codes were removed are still walked over, but never
/// found. Equal vectors are one node and its twins: links between them would lead nowhere else.
///
/// Threads: a graph is never changed.
class Graph {
public:
    /// A position whose vector equals that of a node.
    struct Twin {
        std::uint32_t node = 0;
        std::uint32_t position = 0;
        auto operator<=>(Twin const&) const = default;
    };

    /// What a graph is made of, for files. A level of 0: the position is no node.
    struct Parts {
        std::vector<std::uint8_t> levels;     ///< by position
        std::vector<std::int32_t> neighbours; ///< of all nodes, by position; -1: free
        std::int32_t entry = -1;
        std::vector<Twin> twins; ///< ascending
        std::uint64_t lost = 0;  ///< nodes taken out since the graph was built from nothing
    };

    struct Search {
        std::span<float const> question;
        std::span<std::uint64_t const> allowed; ///< bit p % 64 of word p / 64
        std::size_t breadth = 0; ///< hits that compete; more: slower and more complete
        std::size_t budget = 0;  ///< products after which the search gives up
    };

    Graph(Graph const&) = delete;
    Graph& operator=(Graph const&) = delete;
    ~Graph();

    /// `base` (or nothing) with `positions` as further members, linked by `threads`. Null when
    /// `stop` was requested.
    static std::shared_ptr<Graph const> extend(Graph const* base, CodeView const& codes,
                                               Kernel const& kernel,
                                               std::span<std::uint32_t const> positions,
                                               std::size_t threads, std::stop_token const& stop);

    /// Null when the parts do not fit together.
    static std::shared_ptr<Graph const> from(Parts parts);

    /// Member p becomes member `numbers[p]`; those that are `nowhere` or have no number are taken
    /// out with their links and twins. Numbers ascend.
    Parts renumbered(std::span<std::uint32_t const> numbers) const;
    static constexpr std::uint32_t nowhere = 0xffffffffU;

    bool holds(std::uint32_t position) const noexcept;

    /// Which positions are nodes or twins, as words of bits.
    std::span<std::uint64_t const> members() const noexcept { return members_; }

    std::size_t size() const noexcept { return size_; }

    std::uint64_t lost() const noexcept { return lost_; }

    std::size_t memory_bytes() const noexcept;

    /// Offers `best` the allowed vectors that the walk meets. False: the budget did not suffice.
    bool search(CodeView const& codes, Kernel const& kernel, Search const& search,
                Best& best) const;

private:
    struct Links;
    class Walk;
    Graph(std::unique_ptr<Links> links, std::vector<Twin> twins, std::uint64_t lost);
    void add_member(std::uint32_t position);

    std::unique_ptr<Links> links_;
    std::vector<Twin> twins_;              // ascending
    std::vector<std::uint64_t> has_twins_; // nodes, as words of bits
    std::vector<std::uint64_t> members_;
    std::size_t size_ = 0;
    std::uint64_t lost_ = 0;
};

} // namespace loci::index
