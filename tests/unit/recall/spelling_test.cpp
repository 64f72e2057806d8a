#include "recall/spelling.hpp"
#include "unit/records/fixture.hpp"

#include <catch2/catch.hpp>

using namespace loci;
using namespace loci::memory;
using tests::RecordsFixture;

namespace {

class SpellingFixture : public RecordsFixture {
public:
    /// The stems by which the first hit was found.
    std::string found_by(std::string question, std::optional<std::string> space = {}) {
        RecallQuery query{.query = std::move(question), .mode = RecallMode::keyword};
        query.explain = true;
        if (space) {
            query.filter.scope.space = Exactly{*space};
        }
        auto const answer = memory->recall(alice, query).value();
        return answer.hits.empty() ? "" : answer.hits[0].explanation.at(0).detail;
    }
};

} // namespace

TEST_CASE_METHOD(SpellingFixture, "a slip of the pen finds what was meant", "[recall][spelling]") {
    write(alice, "We had dinner in a restaurant by the harbour");
    write(alice, "Phoebe plays the guitar");
    CHECK(found_by("Which resturant was it?") == "restaur");   // lost
    CHECK(found_by("Which resttaurant was it?") == "restaur"); // added
    CHECK(found_by("Which restauramt was it?") == "restaur");  // replaced
    CHECK(found_by("Which restuarant was it?") == "restaur");  // swapped
    CHECK(found_by("What does PHEOBE play?") == "phoeb play"); // names too
}

TEST_CASE_METHOD(SpellingFixture, "what may be meant as written is left alone",
                 "[recall][spelling]") {
    write(alice, "The story of a monkey");
    write(alice, {.content = "Xenia came by", .scope = {.space = "home"}});
    CHECK(found_by("money") == "");         // a word, though nobody used it
    CHECK(found_by("\"stroy\"") == "");     // quoted
    CHECK(found_by("stry") == "");          // too short
    CHECK(found_by("sstoryy") == "");       // two slips
    CHECK(found_by("stroy2") == "");        // not of letters alone
    CHECK(found_by("stroy", "home") == ""); // of a space not asked
    CHECK(found_by("who is Xenja", "home") == "xenia");
}

TEST_CASE_METHOD(SpellingFixture, "of several words the one used most is meant",
                 "[recall][spelling]") {
    write(alice, "a bathroom");
    write(alice, "the barhroom");
    write(alice, "another bathroom");
    CHECK(found_by("barroom bahroom") == "bathroom");
}

TEST_CASE_METHOD(SpellingFixture, "equality is judged by what was asked", "[recall][spelling]") {
    write(alice, "restaurant");
    CHECK(memory->recall(alice, {.query = "resturant"}).value().hits.at(0).similarity < 1.0001);
    CHECK(memory->recall(alice, {.query = "resturant"}).value().hits.at(0).lexical < 1);
    CHECK(memory->recall(alice, {.query = "Restaurant"}).value().hits.at(0).lexical == 1);
}
