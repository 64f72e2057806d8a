#include "recall/noun_agreement.hpp"
#include "recall/text_cues.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace loci::recall;
using loci::lexicon::NounHierarchy;

namespace {

std::optional<ListedNoun> listed(char const* question) {
    return listed_noun(plain_words(question));
}

std::vector<double> agreement(char const* question, std::vector<std::string> const& texts) {
    return noun_agreement(listed(question).value(), {"ann", "harp"}, texts);
}

} // namespace

TEST_CASE("a list question asks for a noun in the plural", "[recall][nouns]") {
    auto const instruments = listed("What instruments does Ann play?");
    REQUIRE(instruments);
    CHECK(instruments->stems == std::vector<std::string>{"instrument"});
    CHECK(listed("In her youth, which instruments did Ann play?") == instruments);
    CHECK(listed("How many instruments has Ann?") == instruments);
    CHECK(listed("What different kinds of instruments does Ann play?") == instruments);
    CHECK(listed("Which instruments haven't been played?") == instruments);
    CHECK(listed("What children did she teach?"));
    // More than four words are no phrase before a verb.
    CHECK_FALSE(listed("What old red big loud wooden"));
    for (auto const* other :
         {"What instrument does Ann play?", "What did Ann play?", "Does Ann play instruments?",
          "How many?", "What", "", "What things does Ann like?", "Many instruments were played",
          "What class does Ann take?", "What zzzs does Ann like?"}) {
        CAPTURE(other);
        CHECK_FALSE(listed(other));
    }
}

TEST_CASE("a compound that is known is asked for as a whole", "[recall][nouns]") {
    auto const& nouns = NounHierarchy::linked();
    auto const whole = nouns.senses("musical_instrument");
    CHECK(listed("Which musical instruments does Ann play?")->senses ==
          std::vector<loci::lexicon::Sense>(whole.begin(), whole.end()));
    CHECK(listed("Which lovely cities has she seen?")->senses ==
          listed("Which cities has she seen?")->senses);
}

TEST_CASE("texts that name a kind of what is asked for agree", "[recall][nouns]") {
    auto const found = agreement("Which musical instruments does Ann play?",
                                 {"I play the cello", "I love it", "My violin's old",
                                  "The French horn is loud", "Musical instruments are dear"});
    CHECK(found[0] == 1);
    CHECK(found[1] == 0);
    CHECK(found[2] == 1);
    CHECK(found[3] == 1);
    CHECK(found[4] == 0);
}

TEST_CASE("a noun that means more than one thing asks for kinds of each", "[recall][nouns]") {
    auto const found =
        agreement("What instruments does Ann play?", {"the cello", "the thermometer", "the sea"});
    CHECK(found[0] == 1);
    CHECK(found[1] > 0);
    CHECK(found[2] == 0);
}

TEST_CASE("a kind that few texts name says more", "[recall][nouns]") {
    auto const found =
        agreement("Which musical instruments does Ann play?",
                  {"the cello, the cello", "a cello and a flute", "my cellos", "no"});
    CHECK(found[1] == 1);
    // One of four texts has the flute, two have the cello in the singular.
    CHECK(found[0] == Approx(std::log(3.0) / std::log(5.0)));
    CHECK(found[2] == 1);
    CHECK(found[3] == 0);
}

TEST_CASE("a speaker's name is no kind of anything", "[recall][nouns]") {
    auto const found = agreement("Which musical instruments does Ann play?",
                                 {"Harp said so", "the cello", "Ann's harps"});
    CHECK(found == std::vector<double>{0, 1, 1});
}

TEST_CASE("no text agrees where none names a kind", "[recall][nouns]") {
    CHECK(agreement("What flowers does Ann like?", {"the sea", ""}) == std::vector<double>{0, 0});
    CHECK(agreement("What flowers does Ann like?", {}).empty());
}
