#include <catch2/catch.hpp>
#include <loci/memory/summary.hpp>
#include <string>
#include <support/result_text.hpp>
#include <vector>

using namespace loci;
using namespace loci::memory;

namespace {

MemoryId id(std::uint8_t number) {
    MemoryId made;
    made.value.bytes[15] = number;
    return made;
}

std::vector<SummarySource> garden() {
    return {
        {id(1), "Omar moved into the flat in May. The balcony faces south. Do you like it?"},
        {id(2), "Omar grows tomatoes and basil on the balcony."},
        {id(3), "Omar grows tomatoes on the balcony."},
        {id(4), "The neighbours complained about the noise of the water pump at night."},
    };
}

Summary summary_of(std::vector<SummarySource> const& sources, SummaryOptions const& options) {
    return summarise(sources, options, *character_counter()).value();
}

} // namespace

TEST_CASE("a summary that needs no shortening says everything once", "[consolidation][summary]") {
    auto const summary = summary_of(garden(), {.budget = 1000});
    CHECK(summary.text == "Omar moved into the flat in May.\n"
                          "The balcony faces south.\n"
                          "Do you like it?\n"
                          "Omar grows tomatoes and basil on the balcony.\n"
                          "The neighbours complained about the noise of the water pump at night.");
    CHECK(summary.omitted == 0);
    REQUIRE(summary.sentences.size() == 5);
    CHECK(summary.sentences[0].memories == std::vector{id(1)});
    CHECK(summary.sentences[3].memories == std::vector{id(2), id(3)});
}

TEST_CASE("a summary never exceeds its budget", "[consolidation][summary]") {
    auto const sources = garden();
    std::size_t last = 0;
    for (std::size_t budget = 1; budget < 250; ++budget) {
        auto const summary = summary_of(sources, {.budget = budget});
        CAPTURE(budget, summary.text);
        CHECK(summary.size <= budget);
        CHECK(summary.size == summary.text.size() - (summary.text.ends_with("…") ? 2 : 0));
        CHECK(summary.sentences.size() + summary.omitted == 5);
        last = summary.size;
    }
    CHECK(last > 180);
    auto const tokens = summarise(sources, {.budget = 30}, *approximate_token_counter()).value();
    CHECK(tokens.size <= 30);
    CHECK(tokens.text.size() <= 120);
    CHECK(tokens.text.size() > 60);
}

TEST_CASE("the same input gives the same summary", "[consolidation][summary]") {
    CHECK(summary_of(garden(), {.budget = 120}).text == summary_of(garden(), {.budget = 120}).text);
}

TEST_CASE("a topic decides what is told", "[consolidation][summary]") {
    auto const about = [](char const* topic) {
        return summary_of(garden(), {.budget = 75, .topic = topic}).text;
    };
    CHECK(about("noise at night").find("neighbours") != std::string::npos);
    CHECK(about("tomatoes and basil").find("basil") != std::string::npos);
    CHECK(about("moving into the flat").find("flat") != std::string::npos);
}

TEST_CASE("who said it is told, and tells sentences apart", "[consolidation][summary]") {
    auto const summary = summary_of(
        {{id(1), "I like tea.", "Ines"}, {id(2), "I like tea.", "Omar"}}, {.budget = 100});
    CHECK(summary.text == "Ines: I like tea.\nOmar: I like tea.");
    CHECK(summary.sentences.at(1).speaker == "Omar");
    CHECK(summary.sentences.at(1).text == "I like tea.");
    CHECK(summary.sentences.at(1).memories == std::vector{id(2)});
}

TEST_CASE("sentences that turn the meaning stay apart", "[consolidation][summary]") {
    auto const summary = summary_of({{id(1), "I like tea."}, {id(2), "I don't like tea."}}, {});
    CHECK(summary.sentences.size() == 2);
}

TEST_CASE("where no sentence fits, the best one is cut", "[consolidation][summary]") {
    std::vector<SummarySource> const sources{
        {id(1), "The lighthouse keeper wrote into the log before the storm came", "Ann"}};
    auto const summary = summary_of(sources, {.budget = 30});
    CHECK(summary.text == "Ann: The lighthouse keeper…");
    CHECK(summary.sentences.at(0).memories == std::vector{id(1)});
    CHECK(summary_of(sources, {.budget = 3}).text.empty());
    CHECK(summary_of({{id(1), std::string(100, 'x')}}, {.budget = 10}).text.empty());
}

TEST_CASE("nothing gives nothing", "[consolidation][summary]") {
    CHECK(summary_of({}, {}).text.empty());
    CHECK(summary_of({{id(1), ""}, {id(2), " \n"}}, {}).sentences.empty());
    CHECK(summarise({}, {.budget = 0}, *character_counter()).error().fields.at(0).path == "budget");
    CHECK(compress({}, {.budget = 0}, *character_counter()).error().fields.at(0).path == "budget");
    CHECK(compress({}, {}, *character_counter()).value().memories.empty());
}

TEST_CASE("what fits is not compressed", "[consolidation][summary]") {
    auto const sources = garden();
    auto const compression = compress(sources, {.budget = 1000}, *character_counter()).value();
    REQUIRE(compression.memories.size() == 4);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        CHECK(compression.memories[i].id == sources[i].id);
        CHECK(compression.memories[i].text == sources[i].content);
        CHECK_FALSE(compression.memories[i].is_shortened);
    }
}

TEST_CASE("compression keeps whole sentences within the budget", "[consolidation][summary]") {
    auto const sources = garden();
    auto const counter = character_counter();
    for (std::size_t budget = 1; budget < 225; budget += 3) {
        auto const compression = compress(sources, {.budget = budget}, *counter).value();
        CAPTURE(budget);
        std::size_t sum = 0;
        for (auto const& memory : compression.memories) {
            CHECK(memory.size == counter->count(memory.text));
            sum += memory.size;
        }
        CHECK(sum == compression.size);
        CHECK(sum <= budget);
        CHECK(compression.memories.size() + compression.omitted == sources.size());
    }
    auto const half = compress(sources, {.budget = 120, .topic = "flat"}, *counter).value();
    REQUIRE_FALSE(half.memories.empty());
    CHECK(half.memories.front().id == id(1));
    CHECK(half.memories.front().is_shortened);
    CHECK(half.memories.front().text.starts_with("Omar moved into the flat in May."));
}

TEST_CASE("what is left out between sentences is marked", "[consolidation][summary]") {
    std::vector<SummarySource> const sources{
        {id(1), "Tomatoes need sun. Well, so it is said here. Tomatoes need water."}};
    auto const compression =
        compress(sources, {.budget = 45, .topic = "tomatoes need sun and water"},
                 *character_counter())
            .value();
    REQUIRE(compression.memories.size() == 1);
    CHECK(compression.memories.front().text == "Tomatoes need sun. … Tomatoes need water.");
}
