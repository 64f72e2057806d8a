#include <catch2/catch.hpp>
#include <consolidation/statement.hpp>
#include <string>
#include <utility>
#include <vector>

using loci::memory::compare_words;
using loci::memory::WordRelation;

namespace {

WordRelation relation(std::string_view first, std::string_view second,
                      std::string_view language = {}) {
    return compare_words(first, second, language).relation;
}

using Pairs = std::vector<std::pair<char const*, char const*>>;

} // namespace

TEST_CASE("the same words are equal, whatever their form", "[consolidation][statement]") {
    for (auto const& [first, second] : Pairs{
             {"I like cats", "I like cats!"},
             {"I like cats", "i like the CATS."},
             {"Ines prefers aisle seats", "Ines prefer an aisle seat"},
             {"I don't like cats", "I do not like cats"},
             {"I can\u2019t swim", "I cannot swim"},
             {"It costs 1,200 euros", "it costs 1200 euros"},
             {"私は猫が好き。", "私は猫が好き"},
         }) {
        CAPTURE(first, second);
        auto const agreement = compare_words(first, second);
        CHECK(agreement.relation == WordRelation::equal);
        CHECK(compare_words(second, first).relation == WordRelation::equal);
    }
    CHECK(compare_words("I like cats", "I like cats").share == 1);
}

TEST_CASE("what turns the meaning makes texts different", "[consolidation][statement]") {
    for (auto const& [first, second] : Pairs{
             {"I like cats", "I don't like cats"},
             {"I like cats", "I never liked cats"},
             {"I like cats", "I used to like cats"},
             {"Ines drinks coffee", "Ines stopped drinking coffee"},
             {"Call me", "Call me if it rains"},
             {"The room is for members", "The room is for members only"},
             {"She has a cat", "She has two cats"},
             {"She has 2 cats", "She has 3 cats"},
             {"The meeting is in room 5", "The meeting is in room"},
             {"It was 5 degrees", "It was -5 degrees"},
             {"Omar writes C", "Omar writes C++"},
             {"It costs 5 pounds", "It costs £5 pounds"},
             {"Ines likes cats", "Ines likes cats?"},
             {"我喜欢猫", "我不喜欢猫"},
             {"나는 고양이를 좋아해", "나는 고양이를 안 좋아해"},
             {"猫が好きです", "猫が好きではない"},
             {"Ich mag Katzen", "Ich mag keine Katzen"},
             {"J'aime les chats", "Je n'aime pas les chats"},
             {"Я люблю кошек", "Я не люблю кошек"},
             {"ฉันชอบแมว", "ฉันไม่ชอบแมว"},
         }) {
        CAPTURE(first, second);
        CHECK(relation(first, second) == WordRelation::different);
        CHECK(relation(second, first) == WordRelation::different);
    }
}

TEST_CASE("another word in the place of one makes texts different", "[consolidation][statement]") {
    for (auto const& [first, second] : Pairs{
             {"Ines likes cats", "Omar likes cats"},
             {"ines likes cats", "omar likes cats"},
             {"She loves cats", "She hates cats"},
             {"Alice owes Bob money", "Bob owes Alice money"},
             {"the train goes from paris to rome", "the train goes from rome to paris"},
             {"Turn the light on", "Turn the light off"},
             {"He moved to Berlin", "She moved to Berlin"},
         }) {
        CAPTURE(first, second);
        CHECK(relation(first, second) == WordRelation::different);
        CHECK(compare_words(first, second).share == 0);
    }
}

TEST_CASE("a name that only one text holds makes them different", "[consolidation][statement]") {
    CHECK(relation("The trip to the sea was long", "The trip to the sea with Omar was long") ==
          WordRelation::different);
}

TEST_CASE("a text may say more than another one", "[consolidation][statement]") {
    auto const longer = compare_words("The user prefers the quiet aisle seats on planes",
                                      "User prefers aisle seats on planes.");
    CHECK(longer.relation == WordRelation::first_says_more);
    CHECK(longer.share == Approx(2 * 5.25 / (5.25 + 6.25)));
    auto const shorter = compare_words("User prefers aisle seats on planes.",
                                       "The user prefers the quiet aisle seats on planes");
    CHECK(shorter.relation == WordRelation::second_says_more);
    CHECK(shorter.share == longer.share);
}

TEST_CASE("texts without words are different", "[consolidation][statement]") {
    CHECK(relation("", "") == WordRelation::different);
    CHECK(relation("...", "!!!") == WordRelation::different);
    CHECK(relation("the", "cats") == WordRelation::different);
}
