#include "index/graph_links.hpp"

#include <algorithm>
#include <bit>

namespace loci::index {
namespace {

/// The positions that a walk has come by: a small hash table, since a walk sees few of many.
class Visited {
public:
    explicit Visited(std::size_t expected)
        : slots_(std::bit_ceil(expected * 2)) {}

    /// False: it was there already.
    bool insert(std::uint32_t position) {
        if (2 * count_ >= slots_.size()) {
            grow();
        }
        auto const fresh = place(position + 1);
        count_ += fresh ? 1 : 0;
        return fresh;
    }

private:
    bool place(std::uint32_t value) noexcept {
        auto const mask = slots_.size() - 1;
        for (auto slot = (value * 0x9e3779b1U >> 7) & mask;; slot = (slot + 1) & mask) {
            if (slots_[slot] == value) {
                return false;
            }
            if (slots_[slot] == 0) {
                slots_[slot] = value;
                return true;
            }
        }
    }

    void grow() {
        auto const old = std::move(slots_);
        slots_.assign(old.size() * 4, 0);
        for (auto const value : old) {
            if (value != 0) {
                place(value);
            }
        }
    }

    std::vector<std::uint32_t> slots_;
    std::size_t count_ = 0;
};

bool farther(memory::VectorHit const& left, memory::VectorHit const& right) noexcept {
    return better(right, left);
}

} // namespace

/// One search through the links of a graph.
class Graph::Walk {
public:
    Walk(Graph const& graph, CodeView const& codes, Kernel const& kernel, Search const& search)
        : graph_(graph)
        , hnsw_(graph.links_->hnsw)
        , codes_(codes)
        , kernel_(kernel)
        , search_(search) {}

    /// The node from which the lowest level is walked: on each level above, the best one.
    memory::VectorHit descend() {
        auto here = hit(static_cast<std::uint32_t>(hnsw_.entry_point));
        for (auto level = hnsw_.max_level; level > 0; --level) {
            for (auto moved = true; moved;) {
                moved = false;
                auto const node = here.position;
                for (auto const neighbour : neighbours(node, level)) {
                    if (neighbour < 0) {
                        break;
                    }
                    auto const there = hit(static_cast<std::uint32_t>(neighbour));
                    if (there.score > here.score) {
                        here = there;
                        moved = true;
                    }
                }
            }
        }
        return here;
    }

    /// Walks from the best node known to its neighbours until `breadth` found ones are all better.
    bool walk(memory::VectorHit start, Best& found) {
        Visited visited{search_.breadth * 32};
        visited.insert(start.position);
        std::vector<memory::VectorHit> open{start};
        offer(start, found);
        std::vector<std::uint32_t> fresh;
        while (!open.empty() && found.wants(open.front().score)) {
            auto const node = open.front().position;
            std::pop_heap(open.begin(), open.end(), farther);
            open.pop_back();
            fresh.clear();
            for (auto const neighbour : neighbours(node, 0)) {
                if (neighbour < 0) {
                    break;
                }
                if (visited.insert(static_cast<std::uint32_t>(neighbour))) {
                    fresh.push_back(static_cast<std::uint32_t>(neighbour));
                    prefetch(static_cast<std::uint32_t>(neighbour));
                }
            }
            if (products_ + fresh.size() > search_.budget) {
                return false;
            }
            for (auto const position : fresh) {
                auto const met = hit(position);
                if (found.wants(met.score)) {
                    open.push_back(met);
                    std::push_heap(open.begin(), open.end(), farther);
                    offer(met, found);
                }
            }
        }
        return true;
    }

private:
    std::span<int const> neighbours(std::uint32_t node, int level) const noexcept {
        auto const* first = hnsw_.neighbors.data() + hnsw_.offsets[node];
        return {first + hnsw_.cum_nneighbor_per_level[static_cast<std::size_t>(level)],
                first + hnsw_.cum_nneighbor_per_level[static_cast<std::size_t>(level) + 1]};
    }

    memory::VectorHit hit(std::uint32_t position) {
        ++products_;
        return {position, kernel_.product(search_.question.data(), codes_.code(position),
                                          codes_.dimension())};
    }

    void offer(memory::VectorHit hit, Best& found) const {
        if (admits(hit.position)) {
            found.offer(hit);
        }
        auto const node = hit.position;
        if (((graph_.has_twins_[node / 64] >> (node % 64)) & 1) != 0) {
            auto const first = std::ranges::lower_bound(graph_.twins_, Twin{node, 0});
            for (auto twin = first; twin != graph_.twins_.end() && twin->node == node; ++twin) {
                if (admits(twin->position)) {
                    found.offer({twin->position, hit.score});
                }
            }
        }
    }

    bool admits(std::uint32_t position) const noexcept {
        return position / 64 < search_.allowed.size() &&
               ((search_.allowed[position / 64] >> (position % 64)) & 1) != 0 &&
               codes_.holds(position);
    }

    void prefetch(std::uint32_t position) const noexcept {
        constexpr std::size_t line = 64 / sizeof(Half);
        auto const* code = codes_.code(position);
        for (std::size_t i = 0; i < codes_.dimension(); i += line) {
            __builtin_prefetch(code + i);
        }
    }

    Graph const& graph_;
    faiss::HNSW const& hnsw_;
    CodeView const& codes_;
    Kernel const& kernel_;
    Search const& search_;
    std::size_t products_ = 0;
};

bool Graph::search(CodeView const& codes, Kernel const& kernel, Search const& search,
                   Best& best) const {
    if (links_->hnsw.entry_point < 0) {
        return true;
    }
    Walk walk{*this, codes, kernel, search};
    Best found{search.breadth};
    if (!walk.walk(walk.descend(), found)) {
        return false;
    }
    for (auto const& hit : std::move(found).take()) {
        best.offer(hit);
    }
    return true;
}

} // namespace loci::index
