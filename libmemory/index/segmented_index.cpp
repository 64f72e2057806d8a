#include "index/segmented_index.hpp"

#include <algorithm>
#include <bit>

// What a search does, by what the filter leaves: few rows, or under a tenth, are all compared;
// otherwise the graph is walked and the tail compared. A walk under a filter that lies far from the
// question would wander: it gives up when comparing all would have been cheaper.

namespace loci::index {
namespace {

constexpr std::size_t breadth = 128;

std::uint64_t word_or_none(std::span<std::uint64_t const> words, std::size_t index) noexcept {
    return index < words.size() ? words[index] : 0;
}

template <class Visit>
void for_each_bit(std::size_t word, std::uint64_t bits, Visit visit) {
    for (; bits != 0; bits &= bits - 1) {
        visit(static_cast<std::uint32_t>(word * 64) +
              static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
}

/// Positions with a code that are no node of `graph`, at most `most`.
std::vector<std::uint32_t> tail_of(CodeView const& codes, Graph const* graph, std::size_t most) {
    auto const members = graph != nullptr ? graph->members() : std::span<std::uint64_t const>{};
    std::vector<std::uint32_t> tail;
    for (std::size_t word = 0; word < codes.end() / 64 && tail.size() < most; ++word) {
        for_each_bit(word, codes.present(word) & ~word_or_none(members, word),
                     [&](std::uint32_t position) { tail.push_back(position); });
    }
    return tail;
}

/// Nodes of `graph` that have no code any more.
std::size_t count_removed(CodeView const& codes, Graph const& graph) {
    auto const members = graph.members();
    std::size_t count = 0;
    for (std::size_t word = 0; word < members.size(); ++word) {
        auto const present = word < codes.end() / 64 ? codes.present(word) : 0;
        count += static_cast<std::size_t>(std::popcount(members[word] & ~present));
    }
    return count;
}

bool many(std::size_t dead, std::size_t nodes) noexcept {
    return dead * 4 > nodes;
}

/// What one search works on: a moment of the index.
struct Moment {
    CodeView codes;
    std::shared_ptr<Graph const> graph;
    Kernel const& kernel;
    std::span<float const> question;
    std::span<std::uint64_t const> allowed;

    std::size_t words() const noexcept { return std::min(allowed.size(), codes.end() / 64); }

    /// Compares all allowed vectors that are no nodes of `left_out`.
    void compare(std::span<std::uint64_t const> left_out, Best& best) const {
        for (std::size_t word = 0; word < words(); ++word) {
            auto const bits = allowed[word] & ~word_or_none(left_out, word);
            if (bits == 0) {
                continue;
            }
            for_each_bit(word, bits & codes.present(word), [&](std::uint32_t position) {
                best.offer({position, kernel.product(question.data(), codes.code(position),
                                                     codes.dimension())});
            });
        }
    }

    /// Of the graph's nodes.
    std::size_t count_allowed() const noexcept {
        auto const members = graph->members();
        std::size_t count = 0;
        for (std::size_t word = 0; word < std::min(words(), members.size()); ++word) {
            count += static_cast<std::size_t>(std::popcount(allowed[word] & members[word]));
        }
        return count;
    }
};

} // namespace

SegmentedIndex::SegmentedIndex(std::size_t dimension, SegmentLimits limits)
    : kernel_(kernel(best_instructions()))
    , dimension_(dimension)
    , limits_(limits)
    , codes_(dimension, kernel_) {}

void SegmentedIndex::add(std::uint32_t position, std::span<float const> vector) {
    codes_.add(position, vector);
}

void SegmentedIndex::add_code(std::uint32_t position, std::span<Half const> code) {
    codes_.add_code(position, code);
}

void SegmentedIndex::remove(std::uint32_t position) {
    std::lock_guard const lock{mutex_};
    auto const was_node = graph_ && graph_->holds(position) && codes_.view().holds(position);
    codes_.remove(position);
    removed_ += was_node ? 1 : 0;
}

std::vector<memory::VectorHit> SegmentedIndex::search(std::span<float const> question,
                                                      std::span<std::uint64_t const> allowed,
                                                      std::size_t count) const {
    if (count == 0 || question.size() != dimension_) {
        return {};
    }
    Best best{count};
    // The graph first: all its nodes have codes in a view that is younger.
    auto const sealed = graph();
    Moment const moment{codes_.view(), sealed, kernel_, question, allowed};
    if (sealed) {
        auto const nodes = moment.count_allowed();
        if (nodes > limits_.compared && nodes * 10 >= sealed->size()) {
            Graph::Search const walk{.question = question,
                                     .allowed = allowed,
                                     .breadth = std::max(breadth, count),
                                     .budget = nodes / 2};
            if (sealed->search(moment.codes, kernel_, walk, best)) {
                moment.compare(sealed->members(), best);
                return std::move(best).take();
            }
        }
    }
    moment.compare({}, best);
    return std::move(best).take();
}

std::vector<float> SegmentedIndex::score(std::span<float const> question,
                                         std::span<std::uint32_t const> positions) const {
    std::vector<float> scores(positions.size());
    if (question.size() != dimension_) {
        return scores;
    }
    auto const codes = codes_.view();
    for (std::size_t i = 0; i < positions.size(); ++i) {
        if (codes.holds(positions[i])) {
            scores[i] = kernel_.product(question.data(), codes.code(positions[i]), dimension_);
        }
    }
    return scores;
}

std::size_t SegmentedIndex::size() const {
    return codes_.size();
}

std::size_t SegmentedIndex::memory_bytes() const {
    auto const codes = codes_.memory_bytes();
    std::lock_guard const lock{mutex_};
    return sizeof(SegmentedIndex) + codes + next_bytes_ + (graph_ ? graph_->memory_bytes() : 0);
}

std::shared_ptr<Graph const> SegmentedIndex::graph() const {
    std::lock_guard const lock{mutex_};
    return graph_;
}

void SegmentedIndex::adopt(std::shared_ptr<Graph const> graph) {
    std::lock_guard const lock{mutex_};
    graph_ = std::move(graph);
    removed_ = graph_ ? count_removed(codes_.view(), *graph_) : 0;
}

SegmentedIndex::Counts SegmentedIndex::counts() const {
    std::lock_guard const lock{mutex_};
    auto const nodes = graph_ ? graph_->size() : 0;
    return {.tail = codes_.size() - std::min(codes_.size(), nodes - removed_),
            .nodes = nodes,
            .dead = graph_ ? removed_ + static_cast<std::size_t>(graph_->lost()) : 0};
}

bool SegmentedIndex::wants_seal() const {
    auto const [tail, nodes, dead] = counts();
    return nodes > 0 ? tail > limits_.longest_tail || many(dead, nodes)
                     : tail >= limits_.sealed_from;
}

std::size_t SegmentedIndex::unsealed() const {
    return wants_seal() ? counts().tail : 0;
}

bool SegmentedIndex::seal(std::stop_token const& stop, std::size_t threads) {
    auto const [tail, nodes, dead] = counts();
    if (size() < limits_.sealed_from / 2) {
        next_ = nullptr;
        adopt(nullptr);
        return true;
    }
    auto const anew = many(dead, nodes) && tail <= limits_.longest_tail;
    auto const sealed = graph();
    auto made = extended(anew ? next_.get() : sealed.get(), stop, threads);
    if (!made) {
        return false;
    }
    auto const complete = !anew || tail_of(codes_.view(), made.get(), limits_.longest_tail).size() <
                                       limits_.longest_tail;
    next_ = complete && anew ? nullptr : anew ? made : next_;
    if (complete) {
        adopt(std::move(made));
    }
    std::lock_guard const lock{mutex_};
    next_bytes_ = next_ ? next_->memory_bytes() : 0;
    return true;
}

std::shared_ptr<Graph const> SegmentedIndex::extended(Graph const* base,
                                                      std::stop_token const& stop,
                                                      std::size_t threads) const {
    auto const codes = codes_.view();
    auto const positions = tail_of(codes, base, limits_.sealed_at_once);
    return Graph::extend(base, codes, kernel_, positions, threads, stop);
}

} // namespace loci::index
