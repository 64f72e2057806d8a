#include "random_vectors.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <faiss/IndexFlat.h>
#include <faiss/impl/IDSelector.h>
#include <index/segmented_index.hpp>
#include <random>
#include <thread>

using namespace loci;
using namespace loci::index;

namespace {

/// What is left of a vector when it is coded.
std::vector<float> coded(std::vector<float> vector) {
    auto const& codec = kernel(Instructions::baseline);
    std::vector<Half> code(vector.size());
    codec.encode(vector.data(), code.data(), code.size());
    codec.decode(code.data(), vector.data(), code.size());
    return vector;
}

/// Vectors around some centres.
class Topics {
public:
    explicit Topics(std::size_t dimension)
        : centres_(40) {
        for (auto& centre : centres_) {
            centre = unit_vector(random_, dimension);
        }
    }

    std::vector<float> next() { return around(random_() % centres_.size()); }

    std::vector<float> around(std::size_t topic) {
        auto vector = unit_vector(random_, centres_[topic].size());
        float length = 0;
        for (std::size_t i = 0; i < vector.size(); ++i) {
            vector[i] += centres_[topic][i];
            length += vector[i] * vector[i];
        }
        for (auto& number : vector) {
            number /= std::sqrt(length);
        }
        return vector;
    }

private:
    std::mt19937 random_{21};
    std::vector<std::vector<float>> centres_;
};

constexpr std::size_t dimension = 24;
constexpr SegmentLimits limits{
    .sealed_from = 2000, .longest_tail = 800, .sealed_at_once = 3000, .compared = 500};
constexpr std::uint32_t many = 4000;

void seal_all(SegmentedIndex& vectors) {
    while (vectors.wants_seal()) {
        REQUIRE(vectors.seal());
    }
}

/// Of the best ten by exact comparison, the share that a search finds.
double recall(SegmentedIndex const& vectors, Topics& topics, Bitmap const& allowed) {
    SegmentedIndex exact{dimension};
    auto const codes = vectors.codes();
    std::vector<float> vector(dimension);
    allowed.for_each([&](std::uint32_t position) {
        if (codes.holds(position)) {
            exact.add_code(position, {codes.code(position), dimension});
        }
    });
    std::size_t found = 0;
    std::size_t wanted = 0;
    constexpr int rounds = 50;
    for (int round = 0; round < rounds; ++round) {
        auto const question = topics.next();
        auto const expected = exact.search(question, allowed.words(), 10);
        auto const hits = vectors.search(question, allowed.words(), 10);
        wanted += expected.size();
        for (auto const& hit : hits) {
            found += std::ranges::find(expected, hit) != expected.end() ? 1U : 0U;
        }
    }
    return static_cast<double>(found) / static_cast<double>(wanted);
}

} // namespace

TEST_CASE("a search under a filter finds what FAISS finds", "[index][segmented_index]") {
    constexpr std::size_t count = 1500;
    std::mt19937 random{11};
    SegmentedIndex index{dimension, limits};
    faiss::IndexFlatIP oracle{dimension};
    Bitmap allowed{count};
    for (std::uint32_t position = 0; position < count; ++position) {
        auto const vector = unit_vector(random, dimension);
        index.add(position, vector);
        oracle.add(1, coded(vector).data());
        if (random() % 3 == 0) {
            allowed.set(position);
        }
    }
    faiss::IDSelectorBitmap selector{count,
                                     reinterpret_cast<std::uint8_t const*>(allowed.words().data())};
    faiss::SearchParameters parameters;
    parameters.sel = &selector;
    for (int round = 0; round < 20; ++round) {
        auto const question = unit_vector(random, dimension);
        auto const found = index.search(question, allowed.words(), 25);
        std::vector<float> scores(25);
        std::vector<faiss::Index::idx_t> positions(25);
        oracle.search(1, question.data(), 25, scores.data(), positions.data(), &parameters);
        REQUIRE(found.size() == 25);
        for (std::size_t i = 0; i < found.size(); ++i) {
            CHECK(found[i].position == static_cast<std::uint32_t>(positions[i]));
            CHECK(found[i].score == Approx(scores[i]).margin(1e-5));
        }
    }
}

TEST_CASE("gaps, removed vectors and short filters are no hits", "[index][segmented_index]") {
    SegmentedIndex index{2};
    index.add(3, std::vector<float>{1, 0});
    index.add(700, std::vector<float>{0, 1});
    index.add(701, std::vector<float>{1, 0});
    CHECK(index.size() == 3);
    CHECK(index.memory_bytes() > 0);
    std::vector<float> const question{1, 0};
    auto const everything = all_of(1024);

    using Hits = std::vector<memory::VectorHit>;
    CHECK(index.search(question, everything.words(), 10) == Hits{{3, 1}, {701, 1}, {700, 0}});
    CHECK(index.search(question, everything.words(), 1) == Hits{{3, 1}});
    CHECK(index.search(question, all_of(64).words(), 10) == Hits{{3, 1}});
    CHECK(index.search(question, everything.words(), 0).empty());
    CHECK(index.search(std::vector<float>{1}, everything.words(), 5).empty());

    index.remove(3);
    index.remove(3);
    index.remove(9999);
    CHECK(index.size() == 2);
    CHECK(index.search(question, everything.words(), 1) == Hits{{701, 1}});
    std::vector<std::uint32_t> const positions{701, 3, 5000, 700};
    CHECK(index.score(question, positions) == std::vector<float>{1, 0, 0, 0});
}

TEST_CASE("equal scores come by smaller position", "[index][segmented_index]") {
    SegmentedIndex index{1};
    for (std::uint32_t position = 0; position < 600; ++position) {
        index.add(position, std::vector<float>{1});
    }
    auto const found = index.search(std::vector<float>{1}, all_of(600).words(), 5);
    REQUIRE(found.size() == 5);
    for (std::uint32_t i = 0; i < 5; ++i) {
        CHECK(found[i].position == i);
    }
}

TEST_CASE("a search meanwhile sees every vector whose add had returned",
          "[index][segmented_index]") {
    constexpr std::uint32_t count = 4000;
    SegmentedIndex index{1};
    auto const everything = all_of(count);
    std::atomic<std::uint32_t> added{0};
    std::vector<std::jthread> searchers;
    std::atomic<bool> missed{false};
    for (int thread = 0; thread < 2; ++thread) {
        searchers.emplace_back([&] {
            while (added.load() < count) {
                auto const before = added.load();
                auto const found =
                    index.search(std::vector<float>{1}, everything.words(), count).size();
                missed = missed || found < before;
            }
        });
    }
    for (std::uint32_t position = 0; position < count; ++position) {
        index.add(position, std::vector<float>{1});
        added.store(position + 1);
    }
    searchers.clear();
    CHECK_FALSE(missed.load());
}

TEST_CASE("a small index is never sealed", "[index][segmented_index]") {
    SegmentedIndex index{1};
    for (std::uint32_t position = 0; position + 1 < SegmentLimits{}.sealed_from; ++position) {
        index.add(position, std::vector<float>{1});
    }
    CHECK_FALSE(index.wants_seal());
    CHECK(index.graph() == nullptr);
}

TEST_CASE("a sealed index finds what an exact one finds, with the same scores",
          "[index][segmented_index]") {
    Topics topics{dimension};
    SegmentedIndex index{dimension, limits};
    for (std::uint32_t position = 0; position < many; ++position) {
        index.add(position, topics.next());
    }
    auto const everything = all_of(2 * many);
    auto const exact = index.search(topics.around(3), everything.words(), 5);
    REQUIRE(index.wants_seal());
    seal_all(index);
    REQUIRE(index.graph() != nullptr);
    CHECK(index.graph()->size() == many);
    CHECK(recall(index, topics, everything) > 0.95);

    SECTION("new vectors are found beside sealed ones, until they are sealed too") {
        for (std::uint32_t position = many; position < many + 900; ++position) {
            index.add(position, topics.next());
        }
        CHECK(index.graph()->size() == many);
        CHECK(recall(index, topics, everything) > 0.95);
        REQUIRE(index.wants_seal());
        seal_all(index);
        CHECK(index.graph()->size() == many + 900);
        CHECK(recall(index, topics, everything) > 0.95);
        auto const question = topics.around(1);
        for (auto const& hit : index.search(question, everything.words(), 20)) {
            CHECK(index.score(question, std::span{&hit.position, 1}).front() == hit.score);
        }
    }

    SECTION("wide and narrow filters keep the best") {
        for (auto const one_in : {1U, 2U, 5U, 50U, 1000U}) {
            Bitmap allowed{many};
            for (std::uint32_t position = 0; position < many; position += one_in) {
                allowed.set(position);
            }
            CAPTURE(one_in);
            CHECK(recall(index, topics, allowed) > 0.95);
        }
    }

    SECTION("removed vectors are no hits; when many are, the graph is made anew") {
        std::uint32_t removed = 0;
        for (std::uint32_t position = 0; position < many; position += 5) {
            index.remove(position);
            ++removed;
        }
        CHECK(index.size() == many - removed);
        CHECK_FALSE(index.wants_seal());
        CHECK(recall(index, topics, everything) > 0.95);
        for (std::uint32_t position = 1; position < many; position += 5) {
            index.remove(position);
            ++removed;
        }
        REQUIRE(index.wants_seal());
        seal_all(index);
        CHECK(index.graph()->size() == many - removed);
        CHECK(recall(index, topics, everything) > 0.95);
        for (auto const& hit : index.search(topics.next(), everything.words(), 100)) {
            CHECK(hit.position % 5 > 1);
        }
    }

    SECTION("an index that became small loses its graph") {
        for (std::uint32_t position = 0; position + 100 < many; ++position) {
            index.remove(position);
        }
        REQUIRE(index.wants_seal());
        seal_all(index);
        CHECK(index.graph() == nullptr);
        CHECK(index.search(topics.next(), everything.words(), 200).size() == 100);
    }

    SECTION("a stopped step changes nothing") {
        for (std::uint32_t position = many; position < many + 900; ++position) {
            index.add(position, topics.next());
        }
        std::stop_source stop;
        stop.request_stop();
        CHECK_FALSE(index.seal(stop.get_token()));
        CHECK(index.graph()->size() == many);
    }

    SECTION("a vector that comes late for an old position is found and sealed") {
        auto const late = topics.around(2);
        index.remove(0);
        SegmentedIndex gapped{dimension, limits};
        auto const codes = index.codes();
        for (std::uint32_t position = 1; position < many; ++position) {
            gapped.add_code(position, {codes.code(position), dimension});
        }
        seal_all(gapped);
        gapped.add(0, late);
        CHECK(gapped.search(late, everything.words(), 1).front().position == 0);
        for (std::uint32_t position = many; position < many + 900; ++position) {
            gapped.add(position, topics.next());
        }
        seal_all(gapped);
        CHECK(gapped.graph()->holds(0));
        CHECK(gapped.search(late, everything.words(), 1).front().position == 0);
        CHECK(recall(gapped, topics, everything) > 0.95);
    }
}

TEST_CASE("a filter that lies far from the question keeps the best", "[index][segmented_index]") {
    constexpr std::uint32_t near_ones = 6000;
    constexpr std::uint32_t far_ones = 2100;
    constexpr std::size_t few = 8;
    std::mt19937 random{4};
    SegmentedIndex index{few, limits};
    Bitmap allowed{near_ones + far_ones};
    auto const put = [&](std::uint32_t position, float first) {
        auto vector = unit_vector(random, few);
        vector[0] = 0;
        for (auto& number : vector) {
            number *= 0.6F;
        }
        vector[0] = first;
        index.add(position, vector);
    };
    for (std::uint32_t position = 0; position < near_ones; ++position) {
        put(position, 0.8F);
    }
    for (std::uint32_t position = near_ones; position < near_ones + far_ones; ++position) {
        put(position, -0.8F);
        allowed.set(position);
    }
    std::vector<float> question(few);
    question[0] = 0.8F;
    question[1] = 0.6F;
    auto const exact = index.search(question, allowed.words(), 10);
    seal_all(index);
    CHECK(index.search(question, allowed.words(), 10) == exact);
}

TEST_CASE("many equal vectors do not hide others", "[index][segmented_index]") {
    Topics topics{dimension};
    SegmentedIndex index{dimension, limits};
    auto const same = topics.around(0);
    for (std::uint32_t position = 0; position < many; ++position) {
        index.add(position, position % 2 == 0 ? same : topics.next());
    }
    seal_all(index);
    Bitmap others{many};
    for (std::uint32_t position = 1; position < many; position += 2) {
        others.set(position);
    }
    CHECK(index.search(same, all_of(many).words(), 10).back().score > 0.99F);
    CHECK(recall(index, topics, all_of(many)) > 0.95);
    CHECK(recall(index, topics, others) > 0.95);
}

TEST_CASE("adds, removals, searches and sealing go on at once", "[index][segmented_index]") {
    constexpr std::uint32_t count = 8000;
    constexpr std::size_t few = 4;
    std::mt19937 random{9};
    SegmentedIndex index{few, limits};
    auto const everything = all_of(count);
    std::vector<float> const mark{1, 0, 0, 0};
    std::atomic<std::uint32_t> added{0};
    std::atomic<bool> missed{false};
    std::vector<std::jthread> threads;
    threads.emplace_back([&] {
        while (added.load() < count) {
            auto const newest = added.load();
            if (newest == 0) {
                continue;
            }
            // Every hundredth vector is the mark; among those whose add had returned, one is found.
            auto const found = index.search(mark, everything.words(), 400);
            auto const hundreds =
                std::ranges::count_if(found, [](auto const& hit) { return hit.score > 0.999F; });
            auto const expected = std::min(400.0, newest / 100.0);
            missed = missed || static_cast<double>(hundreds) < 0.9 * expected;
        }
    });
    threads.emplace_back([&](std::stop_token const& stop) {
        while (!stop.stop_requested()) {
            if (index.wants_seal()) {
                index.seal(stop);
            }
        }
    });
    for (std::uint32_t position = 0; position < count; ++position) {
        auto vector = unit_vector(random, few);
        vector[0] = 0;
        index.add(position, position % 100 == 0 ? mark : vector);
        if (position % 100 == 50) {
            index.remove(position);
        }
        added.store(position + 1);
    }
    threads.clear();
    CHECK_FALSE(missed.load());
    seal_all(index);
    CHECK(index.graph() != nullptr);
}
