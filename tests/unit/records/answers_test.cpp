#include "fixture.hpp"

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

IdempotencyKey const key{"once"};

} // namespace

TEST_CASE_METHOD(RecordsFixture, "a repeated write answers the first, also after a restart",
                 "[memory][answers]") {
    NewMemory const item{.content = "only once", .tags = {"a"}};
    auto const first = memory->write(alice, item, key).value();
    environment.clock.advance(a_while);
    CHECK(memory->write(alice, item, key).value().memory == first.memory);
    open();
    CHECK(memory->write(alice, item, key).value().memory == first.memory);
    CHECK(number("SELECT count(*) FROM memory") == 1);
}

TEST_CASE_METHOD(RecordsFixture, "a key belongs to one request", "[memory][answers]") {
    auto const record = memory->write(alice, {.content = "one"}, key).value().memory;
    for (auto const& reason :
         {reason_of(memory->write(alice, {.content = "two"}, key)),
          reason_of(memory->write(alice, {.content = "one", .tags = {"t"}}, key)),
          reason_of(
              memory->write_many(alice, {{.content = "one"}}, {.mode = WriteMode::each}, key)),
          reason_of(memory->revise(alice, record.id, {.content = "x"}, key)),
          reason_of(memory->validate(alice, record.id, {}, key)),
          reason_of(memory->transition(alice, record.id, Transition::expire, key)),
          reason_of(memory->erase(alice, {record.id}, key))}) {
        CHECK(reason == "IDEMPOTENCY_KEY_REUSED");
    }
    CHECK(get(alice, record.id) == record);
    CHECK(memory->write(bob, {.content = "two"}, key));
    CHECK(memory->write(stranger, {.content = "three"}, key));
    CHECK(field_of(memory->write(alice, {.content = "x"}, IdempotencyKey{""})) ==
          "idempotency_key");
}

TEST_CASE_METHOD(RecordsFixture, "a key is forgotten after a day", "[memory][answers]") {
    memory->write(alice, {.content = "one"}, key).value();
    environment.clock.advance(std::chrono::hours{23});
    CHECK(reason_of(memory->write(alice, {.content = "two"}, key)) == "IDEMPOTENCY_KEY_REUSED");
    environment.clock.advance(std::chrono::hours{2});
    CHECK(memory->write(alice, {.content = "two"}, key));
    CHECK(number("SELECT count(*) FROM stored_answer") == 1);
    CHECK(number("SELECT count(*) FROM stored_answer_memory") == 1);
}

TEST_CASE_METHOD(RecordsFixture, "old answers are dropped a few at a time", "[memory][answers]") {
    for (int i = 0; i < 40; ++i) {
        memory->write(alice, {.content = "x"}, IdempotencyKey{std::to_string(i)}).value();
    }
    environment.clock.advance(std::chrono::hours{25});
    memory->write(alice, {.content = "x"}, key).value();
    CHECK(number("SELECT count(*) FROM stored_answer") == 25);
    memory->write(alice, {.content = "x"}, IdempotencyKey{"a"}).value();
    memory->write(alice, {.content = "x"}, IdempotencyKey{"b"}).value();
    CHECK(number("SELECT count(*) FROM stored_answer") == 3);
    CHECK(number("SELECT count(*) FROM stored_answer_memory") == 3);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a batch is replayed item by item", "[memory][answers]") {
    std::vector<NewMemory> const items{
        {.content = "one"}, {.content = "x", .confidence = 7.0}, {.content = "ONE"}};
    WriteOptions const options{.mode = WriteMode::each,
                               .duplicates = DuplicateRule::return_existing};
    auto const first = memory->write_many(alice, items, options, key).value();
    auto const again = memory->write_many(alice, items, options, key).value();
    CHECK(again.stored_any);
    REQUIRE(again.items.size() == 3);
    CHECK(again.items[0]->memory == first.items[0]->memory);
    CHECK_FALSE(again.items[0]->duplicate);
    CHECK(again.items[1].error() == first.items[1].error());
    CHECK(again.items[2]->duplicate);
    CHECK(number("SELECT count(*) FROM memory") == 1);
}

TEST_CASE_METHOD(RecordsFixture, "a call that stored nothing is tried again", "[memory][answers]") {
    auto const absent = MemoryId{environment.ids->random()};
    NewMemory const item{.content = "x", .supersedes = absent};
    CHECK(reason_of(memory->write(alice, item, key)) == "MEMORY_NOT_FOUND");
    write(alice, {.content = "there now", .id = absent});
    CHECK(memory->write(alice, item, key));
}

TEST_CASE_METHOD(RecordsFixture, "every operation is done once", "[memory][answers]") {
    auto const one = write(alice, "one");
    auto const two = write(alice, "two");
    auto const keyed = [](char const* text) { return IdempotencyKey{text}; };
    for (int round = 0; round < 2; ++round) {
        CHECK(memory->revise(alice, one.id, {.content = "1"}, keyed("revise")).value().revision ==
              2);
        CHECK(memory->validate(alice, one.id, 0.5, keyed("validate")).value().revision == 3);
        CHECK(memory->transition(alice, one.id, Transition::expire, keyed("expire")));
        CHECK(memory->supersede(alice, one.id, two.id, keyed("supersede")));
        CHECK(memory->mark_contradiction(alice, one.id, two.id, keyed("contradict")));
    }
    CHECK(get(alice, one.id).validation_count == 1);
    for (int round = 0; round < 2; ++round) {
        auto const erased = memory->erase(alice, {two.id}, keyed("erase")).value();
        CHECK(erased.memories == 1);
        CHECK(erased.revisions == 1);
    }
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "an answer goes with any memory that it names",
                 "[memory][answers]") {
    auto const result =
        memory->write_many(alice, {{.content = "one"}, {.content = "two"}}, {}, key).value();
    memory->erase(alice, {result.items[0]->memory.id}).value();
    CHECK(number("SELECT count(*) FROM stored_answer") == 0);
    CHECK(number("SELECT count(*) FROM stored_answer_memory") == 0);
}

TEST_CASE_METHOD(RecordsFixture, "a replay shows the revision that the call made",
                 "[memory][answers]") {
    NewMemory const item{.content = "first"};
    auto const record = memory->write(alice, item, key).value().memory;
    memory->revise(alice, record.id, {.content = "second"}).value();
    auto const replayed = memory->write(alice, item, key).value().memory;
    CHECK(replayed.content == "first");
    CHECK(replayed.revision == 1);
}
