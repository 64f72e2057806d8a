#include <catch2/catch.hpp>
#include <cmath>
#include <consolidation/extraction.hpp>
#include <numeric>
#include <random>

using namespace loci;
using namespace loci::consolidation;

namespace {

/// Sentences of given concepts; the weights are 1.
Material material_of(std::vector<std::vector<std::uint32_t>> const& sentences,
                     std::vector<std::size_t> const& costs,
                     std::vector<std::size_t> const& sources) {
    Material material;
    std::uint32_t largest = 0;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        material.sentences.push_back({"a sentence", sources[i], costs[i], sentences[i]});
        for (auto const number : sentences[i]) {
            largest = std::max(largest, number);
        }
    }
    material.weights.assign(largest + 1, 1.0);
    return material;
}

std::vector<std::size_t> choose_within(Material const& material, std::size_t budget) {
    std::size_t spent = 0;
    return choose(
        material,
        [&](std::size_t place) {
            auto const fits = spent + material.sentences[place].cost <= budget;
            spent += fits ? material.sentences[place].cost : 0;
            return fits;
        },
        [&](std::size_t place) { return material.sentences[place].cost <= budget; });
}

} // namespace

TEST_CASE("what adds most for its cost is chosen first", "[consolidation][extraction]") {
    auto const material = material_of({{0, 1}, {2, 3, 4, 5}, {1, 2, 3}}, {10, 10, 10}, {0, 0, 0});
    CHECK(choose_within(material, 10) == std::vector<std::size_t>{1});
    CHECK(choose_within(material, 20) == std::vector<std::size_t>{1, 0});
    CHECK(choose_within(material, 5).empty());
}

TEST_CASE("what was said before is not said again", "[consolidation][extraction]") {
    auto const material = material_of({{0, 1, 2, 3}, {0, 1, 2, 3}, {4}}, {4, 4, 4}, {0, 0, 0});
    CHECK(choose_within(material, 8) == std::vector<std::size_t>{0, 2});
}

TEST_CASE("a source that was not heard goes first", "[consolidation][extraction]") {
    auto const material = material_of({{0, 1, 2}, {3, 4, 5}, {6, 7, 8}}, {4, 4, 4}, {0, 0, 1});
    CHECK(choose_within(material, 8) == std::vector<std::size_t>{0, 2});
}

TEST_CASE("one rich sentence beats a cheap poor one", "[consolidation][extraction]") {
    auto const material = material_of({{0}, {1, 2, 3, 4, 5, 6, 7, 8}}, {1, 10}, {0, 0});
    CHECK(choose_within(material, 10) == std::vector<std::size_t>{1});
}

TEST_CASE("a question counts as twice its length", "[consolidation][extraction]") {
    auto material = material_of({{0, 1, 2}, {3, 4}}, {4, 4}, {0, 0});
    CHECK(choose_within(material, 4) == std::vector<std::size_t>{0});
    material.sentences.front().text = "a question?";
    auto const chosen = choose_within(material, 8);
    REQUIRE(chosen.size() == 2);
    CHECK(chosen.front() == 1);
}

TEST_CASE("the choice is near the best of all choices", "[consolidation][extraction]") {
    std::mt19937 random{7};
    for (int round = 0; round < 200; ++round) {
        std::vector<std::vector<std::uint32_t>> sentences(8);
        std::vector<std::size_t> costs;
        for (auto& sentence : sentences) {
            for (std::uint32_t number = 0; number < 12; ++number) {
                if (random() % 4 == 0) {
                    sentence.push_back(number);
                }
            }
            costs.push_back(1 + random() % 9);
        }
        auto const material = material_of(sentences, costs, std::vector<std::size_t>(8));
        auto const covered = [&](std::vector<std::size_t> const& places) {
            std::vector<bool> seen(material.weights.size());
            for (auto const place : places) {
                for (auto const number : sentences[place]) {
                    seen[number] = true;
                }
            }
            return static_cast<double>(std::count(seen.begin(), seen.end(), true));
        };
        constexpr std::size_t budget = 12;
        double best = 0;
        for (unsigned subset = 0; subset < 256; ++subset) {
            std::vector<std::size_t> places;
            std::size_t cost = 0;
            for (std::size_t i = 0; i < 8; ++i) {
                if ((subset >> i & 1U) != 0) {
                    places.push_back(i);
                    cost += costs[i];
                }
            }
            best = cost <= budget ? std::max(best, covered(places)) : best;
        }
        auto const chosen = choose_within(material, budget);
        CHECK(covered(chosen) >= (1 - std::exp(-0.5)) * best);
    }
}

TEST_CASE("concepts weigh more the more sources hold them", "[consolidation][extraction]") {
    std::vector<memory::SummarySource> const sources{
        {.id = {}, .content = "Cats sleep. Dogs bark loudly."},
        {.id = {}, .content = "The cats sleep at noon, and cats eat."}};
    auto const counter = memory::character_counter();
    auto const material = read_material(sources, {}, *counter);
    REQUIRE(material.sentences.size() == 3);
    CHECK(material.sentences[0].text == "Cats sleep.");
    CHECK(material.sentences[0].cost == 11 + (11 + 17 + 37) / 3);
    CHECK(material.sentences[2].source == 1);
    auto const weight = [&](std::size_t place) {
        double sum = 0;
        for (auto const number : material.sentences[place].concepts) {
            sum += material.weights[number];
        }
        return sum;
    };
    // Two stems and a pair, each in both sources; three stems in one, whose pairs do not count.
    CHECK(weight(0) == Approx(3 * std::log(3) * std::log(3)));
    CHECK(weight(1) == Approx(3 * std::log(2) * std::log(4)));
    auto const asked = read_material(sources, "barking dogs", *counter);
    CHECK(asked.weights.size() == material.weights.size());
    CHECK(std::accumulate(asked.weights.begin(), asked.weights.end(), 0.0) ==
          Approx(std::accumulate(material.weights.begin(), material.weights.end(), 0.0) +
                 18 * std::log(2) * std::log(4)));
}

TEST_CASE("greetings say nothing", "[consolidation][extraction]") {
    std::vector<memory::SummarySource> const sources{
        {.id = {}, .content = "Hey, wow! Thanks. That was it."}};
    auto const material = read_material(sources, {}, *memory::character_counter());
    CHECK(std::accumulate(material.weights.begin(), material.weights.end(), 0.0) == 0);
    CHECK(choose_within(material, 1000).empty());
}
