#include <catch2/catch.hpp>
#include <loci/memory/record.hpp>

using namespace loci::memory;

TEST_CASE("words of enumerations are read back as they are written", "[memory][record]") {
    for (auto const kind : {Kind::memory, Kind::decision, Kind::pattern, Kind::knowledge}) {
        CHECK(parse_kind(to_string(kind)) == kind);
    }
    for (auto const level : {Sensitivity::normal, Sensitivity::sensitive, Sensitivity::critical}) {
        CHECK(parse_sensitivity(to_string(level)) == level);
    }
    for (auto const state : {IndexState::pending, IndexState::ready, IndexState::failed}) {
        CHECK(parse_index_state(to_string(state)) == state);
    }
    CHECK_FALSE(parse_kind("Memory"));
    CHECK_FALSE(parse_sensitivity(""));
    CHECK_FALSE(parse_index_state("ready "));
}
