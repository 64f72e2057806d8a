#include "lexicon/noun_hierarchy.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string_view>
#include <vector>

using namespace loci::lexicon;

namespace {

NounHierarchy const& nouns() {
    return NounHierarchy::linked();
}

bool is_below(Sense sense, Sense above) {
    auto const hypernyms = nouns().hypernyms(sense);
    return sense == above || std::any_of(hypernyms.begin(), hypernyms.end(),
                                         [&](Sense each) { return is_below(each, above); });
}

/// Whether some sense of a noun is a kind of some sense of another.
bool is_kind(std::string_view noun, std::string_view of) {
    auto const low = nouns().senses(noun);
    auto const high = nouns().senses(of);
    return std::any_of(low.begin(), low.end(), [&](Sense sense) {
        return std::any_of(high.begin(), high.end(),
                           [&](Sense above) { return is_below(sense, above); });
    });
}

bool same_senses(std::string_view noun, std::string_view other) {
    auto const one = nouns().senses(noun);
    auto const two = nouns().senses(other);
    return !one.empty() && std::equal(one.begin(), one.end(), two.begin(), two.end());
}

std::vector<std::byte> small_file() {
    return write_noun_hierarchy(
        {.nouns =
             {{"thing", {0}}, {"boat", {1, 3}}, {"row_boat", {2}}, {"toy", {3}}, {"toy_boat", {4}}},
         .hypernyms = {{}, {0}, {1}, {0}, {1, 3}}});
}

} // namespace

TEST_CASE("a noun is a kind or an instance of what WordNet says", "[lexicon]") {
    CHECK(is_kind("cello", "musical_instrument"));
    CHECK(is_kind("cello", "instrument"));
    CHECK(is_kind("rome", "city"));
    CHECK(is_kind("poodle", "animal"));
    CHECK_FALSE(is_kind("instrument", "cello"));
    CHECK_FALSE(is_kind("cello", "city"));
}

TEST_CASE("an inflected noun has the senses of its base", "[lexicon]") {
    CHECK(same_senses("cities", "city"));
    CHECK(same_senses("buses", "bus"));
    CHECK(same_senses("boxes", "box"));
    CHECK(same_senses("churches", "church"));
    CHECK(same_senses("dishes", "dish"));
    CHECK(same_senses("firemen", "fireman"));
    CHECK(same_senses("violins", "violin"));
    CHECK(same_senses("children", "child"));
    // A form that is a noun of its own, and one that only a verb has.
    CHECK(same_senses("teeth", "tooth"));
    CHECK_FALSE(same_senses("rose", "rise"));
    CHECK(same_senses("musical_instruments", "musical_instrument"));
    CHECK_FALSE(same_senses("glass", "glas"));
    for (auto const* other : {"", "the", "zzzs", "Rome", "cello_cello"}) {
        CHECK(nouns().senses(other).empty());
    }
}

TEST_CASE("the more lies below a sense, the less narrow it is", "[lexicon]") {
    auto const entity = nouns().senses("entity").front();
    auto const instrument = nouns().senses("musical_instrument").front();
    auto const cello = nouns().senses("cello").front();
    CHECK(nouns().hypernyms(entity).empty());
    CHECK(nouns().descendants(entity) == nouns().size());
    CHECK(nouns().descendants(cello) == 1);
    CHECK(nouns().narrowness(entity) == Approx(0).margin(1e-4));
    CHECK(nouns().narrowness(entity) < nouns().narrowness(instrument));
    CHECK(nouns().narrowness(instrument) < nouns().narrowness(cello));
}

TEST_CASE("what is written can be read", "[lexicon]") {
    auto const file = small_file();
    auto const hierarchy = NounHierarchy::parse(file).value();
    CHECK(hierarchy.size() == 5);
    auto const boat = hierarchy.senses("boats");
    CHECK(std::vector<Sense>(boat.begin(), boat.end()) == std::vector<Sense>{1, 3});
    CHECK(hierarchy.senses("row_boat").size() == 1);
    CHECK(hierarchy.senses("ship").empty());
    auto const above = hierarchy.hypernyms(4);
    CHECK(std::vector<Sense>(above.begin(), above.end()) == std::vector<Sense>{1, 3});
    // The toy boat lies below the thing by two ways.
    CHECK(hierarchy.descendants(0) == 5);
    CHECK(hierarchy.descendants(1) == 3);
    CHECK(hierarchy.narrowness(3) == Approx(std::log(5.0 / 3) / std::log(5.0)));
    CHECK(file == small_file());
}

TEST_CASE("a file that is no noun hierarchy is refused", "[lexicon]") {
    auto file = small_file();
    SECTION("too short") {
        file.resize(31);
    }
    SECTION("not its magic") {
        file[0] = std::byte{'l'};
    }
    SECTION("another version") {
        file[8] = std::byte{9};
    }
    SECTION("a byte more than announced") {
        file.push_back(std::byte{0});
    }
    SECTION("more nouns announced than held") {
        file[12] = std::byte{200};
    }
    auto const refused = NounHierarchy::parse(file);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == loci::ErrorKind::corrupt);
}
