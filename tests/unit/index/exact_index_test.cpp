#include <atomic>
#include <catch2/catch.hpp>
#include <cmath>
#include <faiss/IndexFlat.h>
#include <faiss/impl/IDSelector.h>
#include <index/bitmap.hpp>
#include <index/exact_index.hpp>
#include <map>
#include <random>
#include <thread>

using namespace loci;
using namespace loci::index;

namespace {

std::vector<float> unit_vector(std::mt19937& random, std::size_t dimension) {
    std::normal_distribution<float> numbers;
    std::vector<float> vector(dimension);
    float length = 0;
    for (auto& number : vector) {
        number = numbers(random);
        length += number * number;
    }
    for (auto& number : vector) {
        number /= std::sqrt(length);
    }
    return vector;
}

Bitmap all_of(std::size_t size) {
    Bitmap all{size};
    for (std::uint32_t i = 0; i < size; ++i) {
        all.set(i);
    }
    return all;
}

} // namespace

TEST_CASE("a search under a filter finds what FAISS finds", "[index][exact_index]") {
    constexpr std::size_t dimension = 48;
    constexpr std::size_t count = 1500;
    std::mt19937 random{11};
    auto const index = exact_index(dimension);
    faiss::IndexFlatIP oracle{dimension};
    Bitmap allowed{count};
    for (std::uint32_t position = 0; position < count; ++position) {
        auto const vector = unit_vector(random, dimension);
        index->add(position, vector);
        oracle.add(1, vector.data());
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
        auto const found = index->search(question, allowed.words(), 25);
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

TEST_CASE("gaps, removed vectors and short filters are no hits", "[index][exact_index]") {
    auto const index = exact_index(2);
    index->add(3, std::vector<float>{1, 0});
    index->add(700, std::vector<float>{0, 1});
    index->add(701, std::vector<float>{1, 0});
    CHECK(index->size() == 3);
    CHECK(index->memory_bytes() > 0);
    std::vector<float> const question{1, 0};
    auto const everything = all_of(1024);

    using Hits = std::vector<memory::VectorHit>;
    CHECK(index->search(question, everything.words(), 10) == Hits{{3, 1}, {701, 1}, {700, 0}});
    CHECK(index->search(question, everything.words(), 1) == Hits{{3, 1}});
    CHECK(index->search(question, all_of(64).words(), 10) == Hits{{3, 1}});
    CHECK(index->search(question, everything.words(), 0).empty());
    CHECK(index->search(std::vector<float>{1}, everything.words(), 5).empty());

    index->remove(3);
    index->remove(3);
    index->remove(9999);
    CHECK(index->size() == 2);
    CHECK(index->search(question, everything.words(), 1) == Hits{{701, 1}});
    std::vector<std::uint32_t> const positions{701, 3, 5000, 700};
    CHECK(index->score(question, positions) == std::vector<float>{1, 0, 0, 0});
}

TEST_CASE("equal scores come by smaller position", "[index][exact_index]") {
    auto const index = exact_index(1);
    for (std::uint32_t position = 0; position < 600; ++position) {
        index->add(position, std::vector<float>{1});
    }
    auto const found = index->search(std::vector<float>{1}, all_of(600).words(), 5);
    REQUIRE(found.size() == 5);
    for (std::uint32_t i = 0; i < 5; ++i) {
        CHECK(found[i].position == i);
    }
}

TEST_CASE("a search meanwhile sees every vector whose add had returned", "[index][exact_index]") {
    constexpr std::uint32_t count = 4000;
    auto const index = exact_index(1);
    auto const everything = all_of(count);
    std::atomic<std::uint32_t> added{0};
    std::vector<std::jthread> searchers;
    std::atomic<bool> missed{false};
    for (int thread = 0; thread < 2; ++thread) {
        searchers.emplace_back([&] {
            while (added.load() < count) {
                auto const before = added.load();
                auto const found =
                    index->search(std::vector<float>{1}, everything.words(), count).size();
                missed = missed || found < before;
            }
        });
    }
    for (std::uint32_t position = 0; position < count; ++position) {
        index->add(position, std::vector<float>{1});
        added.store(position + 1);
    }
    searchers.clear();
    CHECK_FALSE(missed.load());
}
