#include "random_vectors.hpp"

#include <catch2/catch.hpp>
#include <index/graph.hpp>
#include <numeric>

using namespace loci;
using namespace loci::index;

namespace {

constexpr std::size_t dimension = 16;
constexpr std::uint32_t count = 3000;

Kernel const& best_kernel() {
    return kernel(best_instructions());
}

struct Fixture {
    Fixture() {
        for (std::uint32_t position = 0; position < count; ++position) {
            table->add(position, unit_vector(random, dimension));
        }
        everyone.resize(count);
        std::iota(everyone.begin(), everyone.end(), 0U);
    }

    std::shared_ptr<Graph const> extend(Graph const* base, std::span<std::uint32_t const> nodes,
                                        std::size_t threads = 1) {
        return Graph::extend(base, table->view(), best_kernel(), nodes, threads, {});
    }

    std::vector<memory::VectorHit> exact(std::span<float const> question) const {
        Best best{10};
        auto const view = table->view();
        for (auto const position : everyone) {
            if (view.holds(position)) {
                best.offer({position, best_kernel().product(question.data(), view.code(position),
                                                            dimension)});
            }
        }
        return std::move(best).take();
    }

    std::vector<memory::VectorHit> walk(Graph const& graph, std::span<float const> question) const {
        Best best{10};
        auto const all = all_of(count);
        REQUIRE(graph.search(
            table->view(), best_kernel(),
            {.question = question, .allowed = all.words(), .breadth = 64, .budget = count * 2},
            best));
        return std::move(best).take();
    }

    double recall(Graph const& graph) {
        int found = 0;
        for (int round = 0; round < 50; ++round) {
            auto const question = unit_vector(random, dimension);
            auto const expected = exact(question);
            for (auto const& hit : walk(graph, question)) {
                found += std::ranges::find(expected, hit) != expected.end() ? 1 : 0;
            }
        }
        return found / 500.0;
    }

    std::mt19937 random{3};
    std::unique_ptr<CodeTable> table = std::make_unique<CodeTable>(dimension, best_kernel());
    std::vector<std::uint32_t> everyone;
};

} // namespace

TEST_CASE_METHOD(Fixture, "a walk finds what comparing all finds", "[index][graph]") {
    auto const graph = extend(nullptr, everyone);
    CHECK(graph->size() == count);
    CHECK(graph->holds(count - 1));
    CHECK_FALSE(graph->holds(count));
    CHECK(graph->memory_bytes() > count * 128);
    CHECK(recall(*graph) > 0.95);
}

TEST_CASE_METHOD(Fixture, "a graph grows in steps, and by several threads", "[index][graph]") {
    auto const nodes = std::span<std::uint32_t const>{everyone};
    auto const later = extend(nullptr, nodes.subspan(1000, 1000));
    CHECK(later->size() == 1000);
    CHECK_FALSE(later->holds(999));
    auto const earlier = extend(later.get(), nodes.first(1000));
    auto const all = extend(earlier.get(), nodes.last(1000), 2);
    CHECK(later->size() == 1000);
    CHECK(all->size() == count);
    CHECK(recall(*all) > 0.95);
    CHECK(extend(all.get(), {})->size() == count);
    CHECK(walk(*extend(nullptr, {}), unit_vector(random, dimension)).empty());
}

TEST_CASE_METHOD(Fixture, "removed vectors are walked over but not found", "[index][graph]") {
    auto const graph = extend(nullptr, everyone);
    for (std::uint32_t position = 0; position < count; position += 4) {
        table->remove(position);
    }
    CHECK(recall(*graph) > 0.95);
}

TEST_CASE_METHOD(Fixture, "a walk under a budget gives up", "[index][graph]") {
    auto const graph = extend(nullptr, everyone);
    Best best{10};
    auto const all = all_of(count);
    auto const question = unit_vector(random, dimension);
    CHECK_FALSE(graph->search(
        table->view(), best_kernel(),
        {.question = question, .allowed = all.words(), .breadth = 64, .budget = 100}, best));
    auto const found = std::move(best).take();
    CHECK(found.empty());
}

TEST_CASE_METHOD(Fixture, "building can be stopped", "[index][graph]") {
    std::stop_source stop;
    stop.request_stop();
    CHECK(Graph::extend(nullptr, table->view(), best_kernel(), everyone, 1, stop.get_token()) ==
          nullptr);
}

TEST_CASE_METHOD(Fixture, "a graph is the same after it was taken to parts", "[index][graph]") {
    auto const graph = extend(nullptr, everyone);
    auto const again = Graph::from(graph->renumbered(everyone));
    REQUIRE(again != nullptr);
    CHECK(again->size() == count);
    CHECK(again->lost() == 0);
    for (int round = 0; round < 20; ++round) {
        auto const question = unit_vector(random, dimension);
        CHECK(walk(*again, question) == walk(*graph, question));
    }
    auto const empty = Graph::from({});
    REQUIRE(empty != nullptr);
    CHECK(empty->size() == 0);
}

TEST_CASE_METHOD(Fixture, "nodes that move keep their links; those that go take them along",
                 "[index][graph]") {
    auto const graph = extend(nullptr, everyone);
    auto moved = std::make_unique<CodeTable>(dimension, best_kernel());
    std::vector<std::uint32_t> numbers(count, Graph::nowhere);
    std::uint32_t next = 5;
    for (std::uint32_t position = 0; position < count; ++position) {
        if (position % 10 != 0) {
            moved->add_code(next, {table->view().code(position), dimension});
            numbers[position] = next++;
        }
    }
    auto const again = Graph::from(graph->renumbered(numbers));
    REQUIRE(again != nullptr);
    CHECK(again->size() == count * 9 / 10);
    CHECK(again->lost() == count / 10);
    CHECK_FALSE(again->holds(4));
    table = std::move(moved);
    CHECK(recall(*again) > 0.95);
}

TEST_CASE_METHOD(Fixture, "equal vectors are twins of one node", "[index][graph]") {
    auto const half = std::span<std::uint32_t const>{everyone}.first(count / 2);
    auto const first = unit_vector(random, dimension);
    auto const second = unit_vector(random, dimension);
    auto doubled = std::make_unique<CodeTable>(dimension, best_kernel());
    for (auto const position : everyone) {
        auto const& vector = position % 3 == 0 ? first : second;
        if (position % 3 != 2) {
            doubled->add(position, vector);
        } else {
            doubled->add_code(position, {table->view().code(position), dimension});
        }
    }
    table = std::move(doubled);
    auto const part = extend(nullptr, half);
    auto const graph = extend(part.get(), std::span{everyone}.subspan(half.size()));
    CHECK(graph->size() == count);
    auto const parts = graph->renumbered(everyone);
    CHECK(parts.twins.size() == count / 3 * 2 - 2);
    CHECK(std::ranges::count(parts.levels, 0) == count / 3 * 2 - 2);
    CHECK(recall(*graph) > 0.95);
    CHECK(walk(*graph, first) == exact(first));

    table->remove(0); // the node of many twins
    CHECK(walk(*graph, first) == exact(first));
    std::vector<std::uint32_t> numbers = everyone;
    numbers[0] = Graph::nowhere;
    auto const without = Graph::from(graph->renumbered(numbers));
    REQUIRE(without != nullptr);
    CHECK(without->size() == count - count / 3);
    CHECK_FALSE(without->holds(3));
}

TEST_CASE_METHOD(Fixture, "parts that do not fit together are no graph", "[index][graph]") {
    auto const graph = extend(nullptr, everyone);
    auto const refused = [&](auto change) {
        auto parts = graph->renumbered(everyone);
        change(parts);
        return Graph::from(std::move(parts)) == nullptr;
    };
    CHECK_FALSE(refused([](Graph::Parts&) {}));
    CHECK(refused([](Graph::Parts& parts) { parts.neighbours.pop_back(); }));
    CHECK(refused([](Graph::Parts& parts) { parts.levels.pop_back(); }));
    CHECK(refused([](Graph::Parts& parts) { parts.levels[7] = 200; }));
    CHECK(refused([](Graph::Parts& parts) { parts.neighbours[0] = count; }));
    CHECK(refused([](Graph::Parts& parts) { parts.neighbours[0] = -2; }));
    CHECK(refused([](Graph::Parts& parts) { parts.entry = -1; }));
    CHECK(refused([](Graph::Parts& parts) { parts.entry = count; }));
    CHECK(refused([](Graph::Parts& parts) { parts.twins = {{1, 2}}; }));
    CHECK(refused([](Graph::Parts& parts) { parts.twins = {{count, count + 1}}; }));
    CHECK_FALSE(refused([](Graph::Parts& parts) { parts.twins = {{1, count}, {1, count + 1}}; }));
    CHECK(refused([](Graph::Parts& parts) { parts.twins = {{1, count + 1}, {1, count}}; }));
    CHECK(refused([](Graph::Parts& parts) {
        // A link on a level that the other node does not reach.
        auto const low = std::ranges::find(parts.levels, 1) - parts.levels.begin();
        std::size_t room = 0;
        for (auto const level : parts.levels) {
            if (level > 1) {
                break;
            }
            room += 32;
        }
        parts.neighbours[room + 32] = static_cast<std::int32_t>(low);
    }));
}
