#include "fixture.hpp"

#include <loci/memory/scoped_memory.hpp>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

TEST_CASE_METHOD(RecordsFixture, "a scope places what is written and restricts what is read",
                 "[memory][scoped_memory]") {
    ScopedMemory const notes{*memory,
                             {.tenant = "acme", .user = "alice", .agent = "a", .space = "notes"}};
    ScopedMemory const all{*memory, {.tenant = "acme", .user = "alice"}};
    auto const record = notes.write({.content = "remember the milk"}).value();
    CHECK(record.scope.agent == "a");
    CHECK(record.scope.space == "notes");
    auto const elsewhere = notes.write({.content = "milk", .scope = {.space = "other"}}).value();
    CHECK(elsewhere.scope.space == "other");

    CHECK(notes.get(record.id));
    CHECK(all.get(elsewhere.id));
    CHECK(reason_of(notes.get(elsewhere.id)) == "MEMORY_NOT_FOUND");
    CHECK(reason_of(notes.revise(elsewhere.id, {.content = "x"})) == "MEMORY_NOT_FOUND");
    CHECK(reason_of(notes.forget(elsewhere.id)) == "MEMORY_NOT_FOUND");
    CHECK(reason_of(notes.supersede(record.id, elsewhere.id)) == "MEMORY_NOT_FOUND");
    CHECK(notes.revise(record.id, {.content = "forget the milk"}).value().revision == 2);
    CHECK(all.supersede(record.id, elsewhere.id).value().superseded_by == elsewhere.id);
    CHECK(notes.forget(record.id).value().memories == 1);

    CHECK(all.count().value() == 1);
    CHECK(notes.count().value() == 0);
    CHECK(all.list().value().total == 1);
    CHECK(notes.list().value().items.empty());
    REQUIRE(all.recall({.query = "milk"}).value().hits.size() == 1);
    CHECK(notes.recall({.query = "milk"}).value().hits.empty());
    CHECK(all.context_window({.recall = {.query = "milk"}, .token_budget = 100})
              .value()
              .items.size() == 1);
}

TEST_CASE_METHOD(RecordsFixture, "the default agent is the unset one", "[memory][scoped_memory]") {
    ScopedMemory const scoped{*memory, {.tenant = "acme", .user = "alice", .agent = "default"}};
    auto const record = scoped.write({.content = "plain"}).value();
    CHECK_FALSE(record.scope.agent);
    CHECK(scoped.get(record.id));
    CHECK(scoped.count().value() == 1);
}

TEST_CASE_METHOD(RecordsFixture, "a repeated call with a key is one", "[memory][scoped_memory]") {
    ScopedMemory const scoped{*memory, {.user = "alice"}};
    auto const first = scoped.write({.content = "x"}, IdempotencyKey{"k"}).value();
    CHECK(scoped.write({.content = "x"}, IdempotencyKey{"k"}).value().id == first.id);
}
