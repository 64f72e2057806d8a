#include "embed/sentence_vector.hpp"
#include <catch2/catch.hpp>
#include <cmath>

using loci::embed::sentence_vector;
using loci::embed::WordTable;

namespace {

using Stems = std::vector<std::string>;

double even(std::string_view) {
    return 1.0;
}

struct Fixture {
    std::vector<std::byte> bytes =
        loci::embed::write_word_table({.stems = {"east", "north"},
                                       .scales = {0.1F, 0.1F},
                                       .weights = {0.5F, 0.25F},
                                       .rows = {10, 0, 0, 0, 0, 10, 0, 0},
                                       .component = {0.0F, 0.0F, 0.0F, 1.0F},
                                       .unknown_weight = 0.75F});
    WordTable table = WordTable::parse(bytes).value();
};

} // namespace

TEST_CASE_METHOD(Fixture, "words add up by their weights", "[embed]") {
    CHECK(sentence_vector(table, Stems{"east"}, even) == std::vector<float>{1, 0, 0, 0});
    auto const both = sentence_vector(table, Stems{"east", "north"}, [](std::string_view stem) {
        return stem == "east" ? 3.0 : 4.0;
    });
    CHECK(both[0] == Approx(0.6));
    CHECK(both[1] == Approx(0.8));
}

TEST_CASE_METHOD(Fixture, "a repeated word counts by the logarithm of its number", "[embed]") {
    auto const vector = sentence_vector(table, Stems{"east", "north", "east", "east"}, even);
    CHECK(vector[0] / vector[1] == Approx(1 + std::log(3.0)));
}

TEST_CASE_METHOD(Fixture, "the order of words does not matter", "[embed]") {
    Stems const some{"east", "unknown", "north", "other", "east"};
    Stems const same{"other", "east", "east", "north", "unknown"};
    CHECK(sentence_vector(table, some, even) == sentence_vector(table, same, even));
}

TEST_CASE_METHOD(Fixture, "unknown words have directions of their own", "[embed]") {
    auto const one = sentence_vector(table, Stems{"brouhaha"}, even);
    auto const other = sentence_vector(table, Stems{"hullabaloo"}, even);
    CHECK(one.size() == 4);
    CHECK(one == sentence_vector(table, Stems{"brouhaha"}, even));
    CHECK(one != other);
}

TEST_CASE_METHOD(Fixture, "the common direction is taken out", "[embed]") {
    auto const vector = sentence_vector(table, Stems{"brouhaha", "east"}, even);
    CHECK(vector[3] == Approx(0.0).margin(1e-6));
}

TEST_CASE_METHOD(Fixture, "nothing to say gives no vector", "[embed]") {
    CHECK(sentence_vector(table, Stems{}, even).empty());
    CHECK(sentence_vector(table, Stems{"east"}, [](std::string_view) { return 0.0; }).empty());
}

TEST_CASE_METHOD(Fixture, "fixed weights come from the table", "[embed]") {
    CHECK(fixed_weight(table, "east") == 0.5);
    CHECK(fixed_weight(table, "brouhaha") == 0.75);
}
