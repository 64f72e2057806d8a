#include "recall/question_cues.hpp"
#include "recall/text_cues.hpp"

#include <catch2/catch.hpp>
#include <loci/base/clock.hpp>

using namespace loci;
using namespace loci::recall;

namespace {

Timestamp day(char const* date) {
    return parse_rfc3339(std::string{date} + "T12:00:00Z").value();
}

QuestionDates dates(char const* question) {
    return read_dates(question, day("2026-03-20"));
}

QuestionCues cues(char const* question) {
    return read_question_cues(question, day("2026-03-20"));
}

} // namespace

TEST_CASE("a text shows whether it asks, who speaks, and what it names", "[recall][cues]") {
    auto const plain = read_cues("The tax office closes at noon.");
    CHECK(plain == TextCues{.words = 6});
    CHECK(read_cues("Do you like it?  ").asks);
    CHECK(read_cues("Do you like it? [image: two dogs] [sticker] ").asks);
    CHECK(read_cues("[image: two dogs]").words == 3);
    CHECK(without_attachments("a [b] c") == "a [b] c");
    CHECK(without_attachments(" a [b]\n[c]") == "a");
    CHECK(without_attachments("b]") == "b]");
    CHECK(without_attachments("] [b]") == "]");
    CHECK(read_cues("I’ve moved").first_person);
    CHECK(read_cues("We'll see").first_person);
    CHECK_FALSE(read_cues("Iris went home").first_person);
    CHECK(read_cues("He left last week").names_time);
    CHECK(read_cues("It was in May").names_time);
    CHECK_FALSE(read_cues("It may rain").names_time);
    CHECK(read_cues("since 1998").names_time);
    CHECK(read_cues("this summer").names_time);
    CHECK_FALSE(read_cues("a summer dress").names_time);
    CHECK(read_cues("He came twice").names_number);
    CHECK(read_cues("42 apples").names_number);
    CHECK_FALSE(read_cues("b2b").names_number);
    CHECK(read_cues("Rome is where I met Ann, and later, Bob").names ==
          std::vector<std::string>{"ann", "bob"});
    CHECK(read_cues("I read \"Moby Dick\" and “Ulysses”").names ==
          std::vector<std::string>{"moby", "dick", "ulysses"});
    CHECK(read_cues("Hi! Great news. See you on Monday in May").names.empty());
    CHECK(read_cues("").words == 0);
    CHECK(read_cues("l'été dernier").words == 2);
}

TEST_CASE("a question shows what it asks for", "[recall][cues]") {
    CHECK(cues("When did she leave?").asks_time);
    CHECK(cues("In which year was that?").asks_time);
    CHECK(cues("How long did it take?").asks_time);
    CHECK_FALSE(cues("Who knows when?").asks_time);
    CHECK(cues("How many dogs has he?").asks_number);
    CHECK(cues("How often does he swim?").asks_number);
    CHECK_FALSE(cues("How did he do it?").asks_number);
    CHECK(cues("Who came?").asks_name);
    CHECK(cues("Where is it?").asks_name);
    CHECK(cues("What book does he like?").asks_name);
    CHECK(cues("In which kind of house does she live?").asks_name);
    CHECK_FALSE(cues("What did he say?").asks_name);
    CHECK_FALSE(cues("What kind?").asks_name);
    CHECK_FALSE(cues("When does he come?").asks_name);
    CHECK_FALSE(cues("in").asks_name);
    CHECK(cues("What did I say?").first_person);
    CHECK(cues("Who sang \"Blue Moon\" and “Red Sun”?").phrases ==
          std::vector<std::string>{"Blue Moon", "Red Sun"});
    CHECK(cues("a 5\" disk").phrases.empty());
}

TEST_CASE("a question names a speaker by the first or the last name", "[recall][cues]") {
    CHECK(names_speaker(cues("What does Maria like?"), "Maria"));
    CHECK(names_speaker(cues("What is maria's dog called?"), "Maria Lopez"));
    CHECK(names_speaker(cues("Where does Lopez live?"), "Maria Lopez"));
    CHECK_FALSE(names_speaker(cues("What does Mariam like?"), "Maria"));
    CHECK_FALSE(names_speaker(cues("What will she do?"), "Will"));
    CHECK(names_speaker(cues("What did Will Smith do?"), "Will Smith"));
    CHECK_FALSE(names_speaker(cues("What?"), "?!"));
}

TEST_CASE("dates in a question are read in parts", "[recall][cues]") {
    CHECK(dates("What happened on 3 May 2023?") ==
          QuestionDates{.years = {2023}, .months = {5}, .days = {3}, .stretches = {}});
    CHECK(dates("in March").months == std::vector{3});
    CHECK(dates("2023-05-08, please") ==
          QuestionDates{.years = {2023}, .months = {5}, .days = {8}, .stretches = {}});
    CHECK(dates("3 dogs in 2021") ==
          QuestionDates{.years = {2021}, .months = {}, .days = {}, .stretches = {}});
    CHECK(dates("What may she do with 17 cats?").empty());
    CHECK(dates("on June 21st").days == std::vector{21});
}

TEST_CASE("an instant agrees with the parts that it fits", "[recall][cues]") {
    auto const third_of_may = dates("on 3 May 2023");
    CHECK(agreement(third_of_may, day("2023-05-03")) == 1);
    CHECK(agreement(third_of_may, day("2023-05-09")) == 1);
    CHECK(agreement(third_of_may, day("2023-05-25")) == Approx(0.75));
    CHECK(agreement(third_of_may, day("2023-06-01")) == Approx(0.5));
    CHECK(agreement(third_of_may, day("2022-11-01")) == 0);
    CHECK(agreement(dates("in December"), day("2023-01-10")) == Approx(0.5));
    CHECK(agreement(dates("a dog"), day("2023-01-10")) == 0);
}

TEST_CASE("relative times count from the question's instant", "[recall][cues]") {
    CHECK(agreement(dates("What did she say yesterday?"), day("2026-03-19")) == 1);
    CHECK(agreement(dates("What did she say yesterday?"), day("2026-03-18")) == 0);
    CHECK(agreement(dates("last week"), day("2026-03-12")) == 1);
    CHECK(agreement(dates("this month"), day("2026-03-01")) == 1);
    CHECK(agreement(dates("3 days ago"), day("2026-03-17")) == 1);
    CHECK(agreement(dates("3 days ago"), day("2026-03-10")) == 0);
}
