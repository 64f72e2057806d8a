#include "fixture.hpp"

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

TEST_CASE_METHOD(RecordsFixture, "a memory can be read as it was", "[memory][get]") {
    auto const first = write(alice, "first");
    environment.clock.advance(a_while);
    auto const second = memory->revise(alice, first.id, {.content = "second"}).value();
    environment.clock.advance(a_while);
    auto const expired = memory->transition(alice, first.id, Transition::expire).value();

    auto const before = from_micros(to_micros(first.created_at) - 1);
    CHECK(reason_of(memory->get(alice, first.id, before)) == "MEMORY_NOT_FOUND");
    auto const early = memory->get(alice, first.id, first.created_at).value();
    CHECK(early.content == "first");
    CHECK(early.revision == 1);
    CHECK(early.ended_at == second.recorded_at);
    CHECK(early.updated_at == first.updated_at);
    auto const last_instant = from_micros(to_micros(second.recorded_at) - 1);
    CHECK(memory->get(alice, first.id, last_instant).value().content == "first");
    auto const between = memory->get(alice, first.id, second.recorded_at).value();
    CHECK(between.content == "second");
    CHECK_FALSE(between.expired_at);
    CHECK(between.updated_at == second.recorded_at);
    auto const late = memory->get(alice, first.id, expired.updated_at).value();
    CHECK(late.expired_at == expired.expired_at);
    CHECK(late == expired);
    CHECK(reason_of(memory->get(bob, first.id, second.recorded_at)) == "MEMORY_NOT_FOUND");
}

TEST_CASE_METHOD(RecordsFixture, "the first revision of an import counts from its creation",
                 "[memory][get]") {
    auto const long_ago = environment.clock.now() - 100 * a_while;
    auto const record = write(alice, {.content = "told late", .created_at = long_ago});
    environment.clock.advance(a_while);
    auto const revised = memory->revise(alice, record.id, {.content = "corrected"}).value();
    CHECK(memory->get(alice, record.id, long_ago).value().content == "told late");
    CHECK(reason_of(memory->get(alice, record.id, long_ago - a_while)) == "MEMORY_NOT_FOUND");
    CHECK(memory->get(alice, record.id, revised.recorded_at).value().content == "corrected");
}

TEST_CASE_METHOD(RecordsFixture, "stamps later than the instant are not shown", "[memory][get]") {
    auto const older = write(alice, "older");
    auto const at = older.created_at;
    environment.clock.advance(a_while);
    auto const newer = write(alice, {.content = "newer", .supersedes = older.id});
    memory->validate(alice, older.id).value();
    auto const then = memory->get(alice, older.id, at).value();
    CHECK_FALSE(then.superseded_at);
    CHECK_FALSE(then.superseded_by);
    CHECK_FALSE(then.last_validated_at);
    CHECK(memory->get(alice, older.id, newer.recorded_at).value().superseded_by == newer.id);
    execute("UPDATE memory SET forgotten_at = 1 WHERE superseded_by IS NOT NULL");
    CHECK(reason_of(memory->get(alice, older.id, at)) == "MEMORY_NOT_FOUND");
}

TEST_CASE_METHOD(RecordsFixture, "every read shows a memory as it was then", "[memory][get]") {
    auto const older = write(alice, "likes tea");
    auto const at = older.created_at;
    environment.clock.advance(a_while);
    write(alice, {.content = "likes coffee", .supersedes = older.id});
    auto const then = memory->get(alice, older.id, at).value();
    CHECK(then == older);
    Filter const filter{.as_of = at};
    CHECK(memory->list(alice, {.filter = filter}).value().items == std::vector{then});
    RecallQuery const question{.query = "tea", .filter = filter};
    CHECK(memory->recall(alice, question).value().hits.at(0).memory == then);
    std::vector const questions{question};
    auto const answers = memory->recall_many(alice, questions).value();
    CHECK(answers.at(0).value().hits.at(0).memory == then);
    auto const window = memory->context_window(alice, {.recall = question, .token_budget = 100},
                                               *approximate_token_counter());
    CHECK(window.value().items.at(0).hit.memory == then);
    CHECK(get(alice, older.id).superseded_at);
}
