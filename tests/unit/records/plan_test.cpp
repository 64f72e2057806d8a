#include "fixture.hpp"

#include <fmt/format.h>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

WriteOptions const unique{.mode = WriteMode::each, .duplicates = DuplicateRule::return_existing};

} // namespace

TEST_CASE_METHOD(RecordsFixture, "equal text gives the memory that is there", "[memory][plan]") {
    auto const first = write(alice, "Likes  TEA");
    auto const result =
        memory->write_many(alice, {{.content = "likes tea "}, {.content = "likes coffee"}}, unique)
            .value();
    CHECK(result.items[0]->duplicate);
    CHECK(result.items[0]->memory.id == first.id);
    CHECK_FALSE(result.items[1]->duplicate);
    CHECK(number("SELECT count(*) FROM memory") == 2);
}

TEST_CASE_METHOD(RecordsFixture, "equal items of one call see each other", "[memory][plan]") {
    auto const result =
        memory->write_many(alice, {{.content = "twice"}, {.content = "Twice"}}, unique).value();
    CHECK_FALSE(result.items[0]->duplicate);
    CHECK(result.items[1]->duplicate);
    CHECK(result.items[1]->memory == result.items[0]->memory);
    CHECK(number("SELECT count(*) FROM memory") == 1);
}

TEST_CASE_METHOD(RecordsFixture, "without the rule equal text is stored again", "[memory][plan]") {
    write(alice, "same");
    write(alice, "same");
    CHECK(number("SELECT count(*) FROM memory") == 2);
}

TEST_CASE_METHOD(RecordsFixture, "text elsewhere, or no longer shown, is no duplicate",
                 "[memory][plan]") {
    auto const is_duplicate = [&](NewMemory item) {
        return memory->write_many(alice, {std::move(item)}, unique)
            .value()
            .items.front()
            ->duplicate;
    };
    auto const first = write(alice, {.content = "fact", .scope = {.subject = "s", .agent = "a"}});
    CHECK_FALSE(is_duplicate({.content = "fact"}));
    CHECK_FALSE(is_duplicate({.content = "fact", .scope = {.subject = "s"}}));
    CHECK_FALSE(
        is_duplicate({.content = "fact", .scope = {.subject = "s", .agent = "a", .space = "p"}}));
    CHECK_FALSE(
        is_duplicate({.content = "fact", .scope = {.subject = "s", .agent = "a", .project = "p"}}));
    NewMemory const same{.content = "fact",
                         .scope = {.subject = "s", .agent = "a", .session = "any"}};
    CHECK(is_duplicate(same));
    memory->transition(alice, first.id, Transition::expire).value();
    CHECK_FALSE(is_duplicate(same));
    CHECK(is_duplicate(same));
    auto const foreign = memory->write_many(bob, {same}, unique).value();
    CHECK_FALSE(foreign.items.front()->duplicate);
}

TEST_CASE_METHOD(RecordsFixture, "a memory past its expiry is no duplicate", "[memory][plan]") {
    write(alice, {.content = "soon gone", .expires_at = environment.clock.now() + a_while});
    environment.clock.advance(2 * a_while);
    auto const again = memory->write_many(alice, {{.content = "soon gone"}}, unique).value();
    CHECK_FALSE(again.items.front()->duplicate);
}

TEST_CASE_METHOD(RecordsFixture, "a revised text is compared as it reads now", "[memory][plan]") {
    auto const record = write(alice, "before");
    memory->revise(alice, record.id, {.content = "after"}).value();
    auto const result =
        memory->write_many(alice, {{.content = "before"}, {.content = "after"}}, unique).value();
    CHECK_FALSE(result.items[0]->duplicate);
    CHECK(result.items[1]->memory.id == record.id);
}

TEST_CASE_METHOD(RecordsFixture, "equal texts are found whatever their words, until they are gone",
                 "[memory][plan]") {
    std::string long_text;
    while (long_text.size() < 50'000) {
        long_text += fmt::format("word{} ", long_text.size());
    }
    auto const* const many_stems = "Ein Satz, une phrase, \xE3\x81\x93\xE3\x81\xA8\xE3\x81\xB0";
    for (std::string const& text :
         {std::string{"?!"}, std::string{"\xE2\x80\x94"}, std::string{"the"},
          std::string{many_stems}, long_text, long_text + "end"}) {
        auto const held = memory->write_many(alice, {{.content = text}}, unique).value();
        REQUIRE_FALSE(held.items.front()->duplicate);
        auto const id = held.items.front()->memory.id;
        auto const equal = memory->write_many(alice, {{.content = text + ' '}}, unique).value();
        CHECK(equal.items.front()->duplicate);
        CHECK(equal.items.front()->memory.id == id);
        CHECK_FALSE(
            memory->write_many(bob, {{.content = text}}, unique).value().items.front()->duplicate);
        memory->erase(alice, {id}).value();
        auto const again = memory->write_many(alice, {{.content = text}}, unique).value();
        CHECK_FALSE(again.items.front()->duplicate);
    }
    CHECK(memory->inspect().value().empty());
}

TEST_CASE_METHOD(RecordsFixture, "importing the same file twice adds nothing", "[memory][plan]") {
    auto const id = MemoryId{environment.ids->random()};
    NewMemory const line{.content = "line",
                         .id = id,
                         .stamps = ImportedStamps{.expired_at = environment.clock.now()}};
    environment.clock.advance(a_while);
    CHECK_FALSE(memory->write_many(alice, {line}, unique).value().items.front()->duplicate);
    CHECK(memory->write_many(alice, {line}, unique).value().items.front()->duplicate);
    CHECK(reason_of(memory->write_many(bob, {line}, unique).value().items.front()) ==
          "MEMORY_EXISTS");
}

TEST_CASE_METHOD(RecordsFixture, "an import tells nothing of another tenant's ids",
                 "[memory][plan]") {
    auto const theirs = write(alice, "theirs");
    auto const ours = memory->write(stranger, {.content = "ours", .id = theirs.id});
    REQUIRE(ours);
    CHECK(ours->memory.id == theirs.id);
    CHECK(get(alice, theirs.id).content == "theirs");
    CHECK(get(stranger, theirs.id).content == "ours");
    memory->erase(stranger, {theirs.id}).value();
    CHECK(get(alice, theirs.id) == theirs);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "items of one call may supersede each other, once and in no ring",
                 "[memory][plan]") {
    auto const id = [&] { return MemoryId{environment.ids->random()}; };
    auto const first = id();
    auto const second = id();
    auto const at = environment.clock.now();
    environment.clock.advance(a_while);
    auto const result =
        memory
            ->write_many(alice,
                         {{.content = "1", .id = first},
                          {.content = "2", .supersedes = first, .id = second},
                          {.content = "3", .supersedes = first},
                          {.content = "4", .id = first},
                          {.content = "5", .supersedes = second, .id = second},
                          {.content = "6",
                           .supersedes = second,
                           .id = id(),
                           .stamps = ImportedStamps{.superseded_at = at, .superseded_by = first}}},
                         {.mode = WriteMode::each})
            .value();
    CHECK(result.items[0]);
    CHECK(result.items[1]);
    CHECK(reason_of(result.items[2]) == "ALREADY_SUPERSEDED");
    CHECK(reason_of(result.items[3]) == "MEMORY_EXISTS");
    CHECK(reason_of(result.items[4]) == "MEMORY_EXISTS");
    CHECK(reason_of(result.items[5]) == "SUPERSEDE_CYCLE");
    CHECK(get(alice, first).superseded_by == second);
    auto const self = id();
    CHECK(reason_of(memory->write(alice, {.content = "7", .supersedes = self, .id = self})) ==
          "SUPERSEDES_ITSELF");
    CHECK(reason_of(memory->write(
              alice, {.content = "8",
                      .id = self,
                      .stamps = ImportedStamps{.superseded_at = at, .superseded_by = self}})) ==
          "SUPERSEDE_CYCLE");
}

TEST_CASE_METHOD(RecordsFixture, "imports cannot close a ring across calls", "[memory][plan]") {
    auto const at = environment.clock.now();
    environment.clock.advance(a_while);
    auto const first = MemoryId{environment.ids->random()};
    auto const second = MemoryId{environment.ids->random()};
    write(alice, {.content = "1",
                  .id = first,
                  .stamps = ImportedStamps{.superseded_at = at, .superseded_by = second}});
    CHECK(reason_of(memory->write(
              alice, {.content = "2",
                      .id = second,
                      .stamps = ImportedStamps{.superseded_at = at, .superseded_by = first}})) ==
          "SUPERSEDE_CYCLE");
    write(alice, {.content = "2", .id = second});
    CHECK(reason_of(memory->supersede(alice, second, first)) == "SUPERSEDE_CYCLE");
}
