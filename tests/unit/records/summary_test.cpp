#include "fixture.hpp"

#include <loci/memory/summary.hpp>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

TEST_CASE_METHOD(RecordsFixture, "memories that are named are summarised in their order",
                 "[memory][summary]") {
    auto const first = write(alice, "Ines moved to Lisbon.");
    auto const second = write(alice, "Omar grows tomatoes on the balcony.");
    auto const counter = character_counter();
    auto const summary =
        summarise(*memory, alice, {.memories = {second.id, first.id}}, *counter).value();
    CHECK(summary.text == "Omar grows tomatoes on the balcony.\nInes moved to Lisbon.");
    REQUIRE(summary.sentences.size() == 2);
    CHECK(summary.sentences.front().memories == std::vector{second.id});
    CHECK(reason_of(summarise(*memory, bob, {.memories = {first.id}}, *counter)) ==
          reason_of(memory->get(bob, first.id)));
}

TEST_CASE_METHOD(RecordsFixture, "the newest memories of a filter are summarised, oldest first",
                 "[memory][summary]") {
    write(alice, {.content = "Too old to count.", .tags = {"garden"}});
    environment.clock.advance(a_while);
    auto const older = write(alice, {.content = "Omar grows tomatoes.", .tags = {"garden"}});
    environment.clock.advance(a_while);
    write(alice, "Ines moved to Lisbon.");
    auto const newer = write(alice, {.content = "The basil died.", .tags = {"garden"}});
    auto const counter = character_counter();
    auto const summary =
        summarise(*memory, alice, {.filter = {.tags = {.any = {"garden"}}}, .most_memories = 2},
                  *counter)
            .value();
    CHECK(summary.text == "Omar grows tomatoes.\nThe basil died.");
    CHECK(summary.sentences.back().memories == std::vector{newer.id});
    CHECK(summary.sentences.front().memories == std::vector{older.id});
    CHECK(field_of(summarise(*memory, alice, {.most_memories = 5000}, *counter)) == "limit");
    CHECK(field_of(summarise(*memory, alice, {.options = {.budget = 0}}, *counter)) == "budget");
}
