#include "index/graph_links.hpp"
#include "index/huge_pages.hpp"

#include <algorithm>
#include <atomic>
#include <compare>
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/DistanceComputer.h>
#include <iterator>
#include <memory>
#include <omp.h>
#include <thread>

namespace loci::index {
namespace {

constexpr int candidates_of_a_new_node = 80;
constexpr int most_levels = 24;

/// FAISS wants small for near.
class Distances final : public faiss::DistanceComputer {
public:
    Distances(CodeView const& codes, Kernel const& kernel)
        : codes_(codes)
        , kernel_(kernel)
        , query_(codes.dimension())
        , left_(codes.dimension()) {}

    void set_query(float const* numbers) override {
        std::copy_n(numbers, query_.size(), query_.begin());
    }

    void set_node(std::uint32_t position) {
        kernel_.decode(codes_.code(position), query_.data(), query_.size());
    }

    float operator()(idx_t position) override {
        return -kernel_.product(query_.data(), codes_.code(static_cast<std::uint32_t>(position)),
                                query_.size());
    }

    float symmetric_dis(idx_t left, idx_t right) override {
        if (left != left_node_) {
            kernel_.decode(codes_.code(static_cast<std::uint32_t>(left)), left_.data(),
                           left_.size());
            left_node_ = left;
        }
        return -kernel_.product(left_.data(), codes_.code(static_cast<std::uint32_t>(right)),
                                left_.size());
    }

private:
    CodeView const& codes_;
    Kernel const& kernel_;
    std::vector<float> query_;
    std::vector<float> left_;
    idx_t left_node_ = -1;
};

/// FAISS's locks, one for each node, as g++ lays them out, with which FAISS was built: clang's type
/// is wider, but its functions take these too.
class Locks {
public:
    explicit Locks(std::size_t count)
        : words_(count) {
        for (std::size_t i = 0; i < count; ++i) {
            omp_init_lock(at(i));
        }
    }

    Locks(Locks const&) = delete;
    Locks& operator=(Locks const&) = delete;

    ~Locks() {
        for (std::size_t i = 0; i < words_.size(); ++i) {
            omp_destroy_lock(at(i));
        }
    }

    omp_lock_t* at(std::size_t i) noexcept { return reinterpret_cast<omp_lock_t*>(&words_[i]); }

private:
    std::vector<std::uint32_t> words_;
};

std::size_t room_of(faiss::HNSW const& hnsw, int levels) {
    return static_cast<std::size_t>(hnsw.cum_nb_neighbors(levels));
}

/// Where each node's links lie, by the levels that are set.
void lay_out(faiss::HNSW& hnsw) {
    hnsw.offsets.assign(1, 0);
    hnsw.offsets.reserve(hnsw.levels.size() + 1);
    for (auto const levels : hnsw.levels) {
        hnsw.offsets.push_back(hnsw.offsets.back() + room_of(hnsw, levels));
    }
}

/// Takes over the links of `old`, whose nodes are all here.
void copy_links(faiss::HNSW const& old, faiss::HNSW& hnsw) {
    for (std::size_t node = 0; node < old.levels.size(); ++node) {
        std::copy(old.neighbors.begin() + static_cast<std::ptrdiff_t>(old.offsets[node]),
                  old.neighbors.begin() + static_cast<std::ptrdiff_t>(old.offsets[node + 1]),
                  hnsw.neighbors.begin() + static_cast<std::ptrdiff_t>(hnsw.offsets[node]));
    }
}

/// Whether `neighbours` has room for the links of the nodes that `hnsw` has, and only such links.
bool fit(faiss::HNSW const& hnsw, std::vector<std::int32_t> const& neighbours) {
    if (neighbours.size() != hnsw.offsets.back()) {
        return false;
    }
    for (std::size_t node = 0; node < hnsw.levels.size(); ++node) {
        for (int level = 0; level < hnsw.levels[node]; ++level) {
            for (auto i = hnsw.offsets[node] + room_of(hnsw, level);
                 i < hnsw.offsets[node] + room_of(hnsw, level + 1); ++i) {
                auto const other = neighbours[i];
                auto const is_node = other >= 0 &&
                                     static_cast<std::size_t>(other) < hnsw.levels.size() &&
                                     hnsw.levels[static_cast<std::size_t>(other)] > level;
                if (other != -1 && !is_node) {
                    return false;
                }
            }
        }
    }
    return true;
}

/// Moves `nearest` to the node of the level that is nearest as far as single steps lead.
void approach(faiss::HNSW const& hnsw, Distances& distances, int level, int& nearest,
              float& distance) {
    for (auto moved = true; moved;) {
        moved = false;
        auto const first = hnsw.offsets[static_cast<std::size_t>(nearest)];
        for (auto i = first + room_of(hnsw, level); i < first + room_of(hnsw, level + 1); ++i) {
            auto const other = hnsw.neighbors[i];
            if (other < 0) {
                break;
            }
            if (auto const there = distances(other); there < distance) {
                nearest = other;
                distance = there;
                moved = true;
            }
        }
    }
}

/// What FAISS does to add a node, but for its critical section, which crashes with clang's runtime
/// when a thread that has been there is gone. A node above all others, or the first one, must be
/// added alone.
void add_node(faiss::HNSW& hnsw, Distances& distances, Locks& locks, faiss::VisitedTable& visited,
              std::uint32_t node) {
    auto const top = hnsw.levels[node] - 1;
    auto const number = static_cast<int>(node);
    if (hnsw.entry_point >= 0) {
        distances.set_node(node);
        int nearest = hnsw.entry_point;
        auto distance = distances(nearest);
        auto level = hnsw.max_level;
        for (; level > top; --level) {
            approach(hnsw, distances, level, nearest, distance);
        }
        omp_set_lock(locks.at(node));
        for (; level >= 0; --level) {
            hnsw.add_links_starting_from(distances, number, nearest, distance, level, locks.at(0),
                                         visited);
        }
        omp_unset_lock(locks.at(node));
    }
    if (top > hnsw.max_level) {
        hnsw.max_level = top;
        hnsw.entry_point = number;
    }
}

/// Links `nodes` into the graph; false when stopped before the end.
bool link(faiss::HNSW& hnsw, CodeView const& codes, Kernel const& kernel,
          std::span<std::uint32_t const> nodes, std::size_t threads, std::stop_token const& stop) {
    Locks locks{hnsw.levels.size()};
    std::atomic<std::size_t> next = 0;
    auto const work = [&] {
        Distances distances{codes, kernel};
        faiss::VisitedTable visited{static_cast<int>(hnsw.levels.size())};
        for (auto i = next++; i < nodes.size() && !stop.stop_requested(); i = next++) {
            add_node(hnsw, distances, locks, visited, nodes[i]);
        }
    };
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < threads; ++i) {
        helpers.emplace_back(work);
    }
    work();
    helpers.clear();
    return !stop.stop_requested();
}

/// A hash of the first numbers: what differs later is told apart by comparing.
std::uint64_t hash_of(Half const* code, std::size_t dimension) noexcept {
    constexpr std::size_t hashed = 32;
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < std::min(hashed, dimension); ++i) {
        hash = (hash ^ code[i]) * 0x9e3779b97f4a7c15U;
        hash ^= hash >> 29;
    }
    return hash;
}

/// Takes those out of `positions`, which are no nodes yet, whose codes equal that of a node or of
/// an earlier one.
std::vector<Graph::Twin> take_twins(std::vector<int> const& levels, CodeView const& codes,
                                    std::vector<std::uint32_t>& positions) {
    struct Hashed {
        std::uint64_t hash;
        bool is_new;
        std::uint32_t position;
        auto operator<=>(Hashed const&) const = default;
    };

    std::vector<Hashed> all;
    all.reserve(levels.size() + positions.size());
    auto const put = [&](std::uint32_t position, bool is_new) {
        all.push_back({hash_of(codes.code(position), codes.dimension()), is_new, position});
    };
    for (std::uint32_t node = 0; node < levels.size(); ++node) {
        if (levels[node] > 0) {
            put(node, false);
        }
    }
    for (auto const position : positions) {
        put(position, true);
    }
    std::ranges::sort(all);
    positions.clear();
    std::vector<Graph::Twin> twins;
    std::vector<std::uint32_t> alike; // nodes with the same hash
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i == 0 || all[i].hash != all[i - 1].hash) {
            alike.clear();
        }
        auto const position = all[i].position;
        auto const* code = codes.code(position);
        auto const equal = std::ranges::find_if(alike, [&](std::uint32_t node) {
            return std::equal(code, code + codes.dimension(), codes.code(node));
        });
        if (all[i].is_new && equal != alike.end()) {
            twins.push_back({*equal, position});
        } else {
            alike.push_back(position);
            if (all[i].is_new) {
                positions.push_back(position);
            }
        }
    }
    std::ranges::sort(positions);
    return twins;
}

} // namespace

Graph::Graph(std::unique_ptr<Links> links, std::vector<Twin> twins, std::uint64_t lost)
    : links_(std::move(links))
    , twins_(std::move(twins))
    , lost_(lost) {
    auto const& levels = links_->hnsw.levels;
    has_twins_.resize((levels.size() + 63) / 64);
    for (std::uint32_t position = 0; position < levels.size(); ++position) {
        if (levels[position] > 0) {
            add_member(position);
        }
    }
    for (auto const& [node, position] : twins_) {
        add_member(position);
        has_twins_[node / 64] |= std::uint64_t{1} << (node % 64);
    }
}

void Graph::add_member(std::uint32_t position) {
    members_.resize(std::max<std::size_t>(members_.size(), position / 64 + 1));
    members_[position / 64] |= std::uint64_t{1} << (position % 64);
    ++size_;
}

Graph::~Graph() = default;

std::shared_ptr<Graph const> Graph::extend(Graph const* base, CodeView const& codes,
                                           Kernel const& kernel,
                                           std::span<std::uint32_t const> positions,
                                           std::size_t threads, std::stop_token const& stop) {
    auto links = std::make_unique<Links>();
    auto& hnsw = links->hnsw;
    hnsw.efConstruction = candidates_of_a_new_node;
    std::vector<Twin> twins;
    if (base != nullptr) {
        twins = base->twins_;
        hnsw.levels = base->links_->hnsw.levels;
        hnsw.rng = base->links_->hnsw.rng;
        hnsw.entry_point = base->links_->hnsw.entry_point;
        hnsw.max_level = base->links_->hnsw.max_level;
    }
    std::vector<std::uint32_t> nodes{positions.begin(), positions.end()};
    std::ranges::copy(take_twins(hnsw.levels, codes, nodes), std::back_inserter(twins));
    std::ranges::sort(twins);
    if (!nodes.empty()) {
        hnsw.levels.reserve(std::max<std::size_t>(hnsw.levels.size(), nodes.back() + 1));
        hnsw.levels.resize(hnsw.levels.capacity());
    }
    for (auto const node : nodes) {
        hnsw.levels[node] = std::min(hnsw.random_level() + 1, most_levels);
    }
    lay_out(hnsw);
    hnsw.neighbors.reserve(hnsw.offsets.back());
    prefer_huge_pages(hnsw.neighbors.data(), hnsw.offsets.back() * sizeof hnsw.neighbors[0]);
    hnsw.neighbors.resize(hnsw.offsets.back(), -1);
    if (base != nullptr) {
        copy_links(base->links_->hnsw, hnsw);
    }
    // Only the highest new node may raise the graph's level; alone, it needs no care for others.
    auto const highest =
        std::ranges::max_element(nodes, {}, [&](std::uint32_t node) { return hnsw.levels[node]; });
    if (highest != nodes.end()) {
        std::iter_swap(nodes.begin(), highest);
        auto const all = std::span<std::uint32_t const>{nodes};
        if (!link(hnsw, codes, kernel, all.first(1), 1, stop) ||
            !link(hnsw, codes, kernel, all.subspan(1), threads, stop)) {
            return nullptr;
        }
    }
    return std::shared_ptr<Graph const>{
        new Graph{std::move(links), std::move(twins), base != nullptr ? base->lost_ : 0}};
}

std::shared_ptr<Graph const> Graph::from(Parts parts) {
    auto links = std::make_unique<Links>();
    auto& hnsw = links->hnsw;
    auto const too_tall = [](auto level) { return level > most_levels; };
    if (parts.levels.size() >= nowhere / 2 || std::ranges::any_of(parts.levels, too_tall)) {
        return nullptr;
    }
    hnsw.levels.assign(parts.levels.begin(), parts.levels.end());
    lay_out(hnsw);
    auto const is_node = [&](std::int64_t position) {
        return position >= 0 && static_cast<std::size_t>(position) < hnsw.levels.size() &&
               hnsw.levels[static_cast<std::size_t>(position)] > 0;
    };
    auto const is_empty = parts.neighbours.empty() && parts.entry == -1;
    if (!fit(hnsw, parts.neighbours) || !(is_empty || is_node(parts.entry)) ||
        !std::ranges::is_sorted(parts.twins) ||
        !std::ranges::all_of(parts.twins, [&](Twin const& twin) {
            return is_node(twin.node) && !is_node(twin.position) && twin.position < nowhere / 2;
        })) {
        return nullptr;
    }
    hnsw.neighbors = std::move(parts.neighbours);
    hnsw.entry_point = parts.entry;
    hnsw.max_level = is_empty ? -1 : hnsw.levels[static_cast<std::size_t>(parts.entry)] - 1;
    return std::shared_ptr<Graph const>{
        new Graph{std::move(links), std::move(parts.twins), parts.lost}};
}

Graph::Parts Graph::renumbered(std::span<std::uint32_t const> numbers) const {
    auto const& hnsw = links_->hnsw;
    auto const number_of = [&](std::size_t position) {
        return position < numbers.size() ? numbers[position] : nowhere;
    };
    Parts parts;
    parts.lost = lost_;
    parts.neighbours.reserve(hnsw.neighbors.size());
    prefer_huge_pages(parts.neighbours.data(), hnsw.neighbors.size() * sizeof hnsw.neighbors[0]);
    int highest = 0;
    for (std::size_t node = 0; node < hnsw.levels.size(); ++node) {
        auto const number = number_of(node);
        if (hnsw.levels[node] == 0 || number == nowhere) {
            parts.lost += hnsw.levels[node] == 0 ? 0 : 1;
            continue;
        }
        parts.levels.resize(std::max<std::size_t>(parts.levels.size(), number + 1));
        parts.levels[number] = static_cast<std::uint8_t>(hnsw.levels[node]);
        auto const is_entry = static_cast<int>(node) == hnsw.entry_point;
        if (hnsw.levels[node] > highest || (is_entry && hnsw.levels[node] == highest)) {
            highest = hnsw.levels[node];
            parts.entry = static_cast<std::int32_t>(number);
        }
        for (int level = 0; level < hnsw.levels[node]; ++level) {
            auto const room = room_of(hnsw, level + 1) - room_of(hnsw, level);
            auto const end = parts.neighbours.size() + room;
            for (auto i = hnsw.offsets[node] + room_of(hnsw, level);
                 i < hnsw.offsets[node] + room_of(hnsw, level + 1) && hnsw.neighbors[i] >= 0; ++i) {
                auto const other = number_of(static_cast<std::size_t>(hnsw.neighbors[i]));
                if (other != nowhere) {
                    parts.neighbours.push_back(static_cast<std::int32_t>(other));
                }
            }
            parts.neighbours.resize(end, -1);
        }
    }
    for (auto const& [node, position] : twins_) {
        if (number_of(node) != nowhere && number_of(position) != nowhere) {
            parts.twins.push_back({number_of(node), number_of(position)});
        }
    }
    return parts;
}

bool Graph::holds(std::uint32_t position) const noexcept {
    return position / 64 < members_.size() &&
           ((members_[position / 64] >> (position % 64)) & 1) != 0;
}

std::size_t Graph::memory_bytes() const noexcept {
    auto const& hnsw = links_->hnsw;
    return sizeof(Graph) + sizeof(Links) + members_.capacity() * sizeof members_[0] +
           has_twins_.capacity() * sizeof has_twins_[0] + twins_.capacity() * sizeof twins_[0] +
           hnsw.levels.capacity() * sizeof hnsw.levels[0] +
           hnsw.offsets.capacity() * sizeof hnsw.offsets[0] +
           hnsw.neighbors.capacity() * sizeof hnsw.neighbors[0];
}

} // namespace loci::index
