#include "fixture.hpp"

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

TEST_CASE_METHOD(RecordsFixture, "a change of what is said opens a revision", "[memory][revise]") {
    auto const first = write(alice, {.content = "likes tea", .title = "Drinks"});
    environment.clock.advance(a_while);
    auto const second = memory->revise(alice, first.id, {.content = "likes coffee"}).value();
    CHECK(second.id == first.id);
    CHECK(second.revision == 2);
    CHECK(second.revision_key > first.revision_key);
    CHECK(second.content == "likes coffee");
    CHECK(second.title == "Drinks");
    CHECK(second.created_at == first.created_at);
    CHECK(second.recorded_at == second.updated_at);
    CHECK(second.recorded_at > first.recorded_at);
    CHECK(get(alice, first.id) == second);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "every field that makes a revision makes one",
                 "[memory][revise]") {
    auto const id = write(alice, "content").id;
    auto revision = 1;
    for (auto const& patch :
         std::vector<Patch>{{.content = "other"},
                            {.title = std::optional<std::string>{"t"}},
                            {.title = std::optional<std::string>{}},
                            {.summary = std::optional<std::string>{"s"}},
                            {.tags = std::vector<std::string>{"x"}},
                            {.metadata = JsonObject::parse(R"({"a":1})").value()},
                            {.type = std::optional<std::string>{"fact"}},
                            {.confidence = std::optional{0.5}},
                            {.confidence = std::optional<double>{}},
                            {.valid_from = std::optional{from_micros(5)}},
                            {.valid_to = std::optional{from_micros(9)}}}) {
        CHECK(memory->revise(alice, id, patch).value().revision == ++revision);
        CHECK(memory->revise(alice, id, patch).value().revision == revision);
    }
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "importance and expiry change in place", "[memory][revise]") {
    auto const first = write(alice, "content");
    environment.clock.advance(a_while);
    auto const expiry = environment.clock.now() + a_while;
    auto const changed =
        memory
            ->revise(alice, first.id,
                     {.importance = std::optional{0.9}, .expires_at = std::optional{expiry}})
            .value();
    CHECK(changed.revision == 1);
    CHECK(changed.revision_key == first.revision_key);
    CHECK(changed.importance == 0.9);
    CHECK(changed.expires_at == expiry);
    CHECK(changed.updated_at > first.updated_at);
    CHECK(get(alice, first.id) == changed);
    auto const cleared = memory->revise(alice, first.id, {.importance = std::optional<double>{}});
    CHECK_FALSE(cleared.value().importance);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a patch that changes nothing writes nothing",
                 "[memory][revise]") {
    auto const first = write(alice, {.content = "content", .tags = {"a"}});
    auto const changes = count_changes(alice);
    environment.clock.advance(a_while);
    CHECK(memory->revise(alice, first.id, {}).value() == first);
    CHECK(memory
              ->revise(alice, first.id,
                       {.content = "content", .tags = std::vector<std::string>{" a ", "a"}})
              .value() == first);
    CHECK(count_changes(alice) == changes);
}

TEST_CASE_METHOD(RecordsFixture, "an expected revision guards against a lost update",
                 "[memory][revise]") {
    auto const id = write(alice, "1").id;
    memory->revise(alice, id, {.content = "2", .expected_revision = 1}).value();
    auto const stale = memory->revise(alice, id, {.content = "3", .expected_revision = 1});
    CHECK(reason_of(stale) == "STALE_REVISION");
    CHECK(stale.error().kind == ErrorKind::conflict);
    CHECK(get(alice, id).content == "2");
}

TEST_CASE_METHOD(RecordsFixture, "faults of a patch are named", "[memory][revise]") {
    auto const id = write(alice, {.content = "1", .valid_from = from_micros(100)}).id;
    CHECK(field_of(memory->revise(alice, id, {.content = " "})) == "content");
    CHECK(field_of(memory->revise(alice, id, {.valid_to = std::optional{from_micros(50)}})) ==
          "valid_to");
    CHECK(reason_of(memory->revise(alice, MemoryId{environment.ids->random()}, {})) ==
          "MEMORY_NOT_FOUND");
}

TEST_CASE_METHOD(RecordsFixture, "a patch prepared on an older text is analysed again",
                 "[memory][revise]") {
    auto const id = write(alice, {.content = "old words", .title = "old title"}).id;
    auto const prepared =
        memory->prepare(alice, id, {.title = std::optional<std::string>{"fresh title"}}).value();
    memory->revise(alice, id, {.content = "between"}).value();
    auto const revised = database->write<Record>([&](store::WriteTransaction& transaction) {
        return memory->revise(transaction, alice, std::nullopt, id, prepared);
    });
    CHECK(revised.value().content == "between");
    CHECK(revised.value().title == "fresh title");
    CHECK(revised.value().index_state == IndexState::pending);
    CHECK(problems().empty());
    CHECK(memory->embed_pending(10).value() == 1);
    CHECK(get(alice, id).index_state == IndexState::ready);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a chain of successors names the direct one",
                 "[memory][supersede]") {
    auto const first = write(alice, "1");
    auto const second = write(alice, "2");
    auto const third = write(alice, "3");
    environment.clock.advance(a_while);
    auto const stamped = memory->supersede(alice, first.id, second.id).value();
    CHECK(stamped.superseded_by == second.id);
    CHECK(stamped.updated_at > first.updated_at);
    memory->supersede(alice, second.id, third.id).value();
    CHECK(get(alice, first.id).superseded_by == second.id);
    CHECK(reason_of(memory->supersede(alice, third.id, first.id)) == "SUPERSEDE_CYCLE");
    CHECK(reason_of(memory->supersede(alice, first.id, third.id)) == "ALREADY_SUPERSEDED");
    CHECK(reason_of(memory->supersede(alice, third.id, third.id)) == "SUPERSEDES_ITSELF");
    CHECK_FALSE(get(alice, third.id).superseded_at);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a contradiction marks both and is marked once",
                 "[memory][contradict]") {
    auto const one = write(alice, "the door is open");
    auto const two = write(alice, "the door is shut");
    auto const marked = memory->mark_contradiction(alice, one.id, two.id).value();
    CHECK(marked.contested_at);
    CHECK(get(alice, two.id).contested_at == marked.contested_at);
    auto const changes = count_changes(alice);
    CHECK(memory->mark_contradiction(alice, two.id, one.id).value().contested_at ==
          marked.contested_at);
    CHECK(count_changes(alice) == changes);
    CHECK(number("SELECT count(*) FROM edge WHERE relation = 'contradicts'") == 1);
    CHECK(reason_of(memory->mark_contradiction(alice, one.id, one.id)) == "CONTRADICTS_ITSELF");
}

TEST_CASE_METHOD(RecordsFixture, "a validation is counted and ends a contest",
                 "[memory][validate]") {
    auto const one = write(alice, "the door is open");
    auto const two = write(alice, "the door is shut");
    memory->mark_contradiction(alice, one.id, two.id).value();
    auto const counted = memory->validate(alice, one.id).value();
    CHECK(counted.validation_count == 1);
    CHECK(counted.revision == 1);
    CHECK(counted.last_validated_at == counted.updated_at);
    CHECK_FALSE(counted.contested_at);
    CHECK(get(alice, two.id).contested_at);
    auto const surer = memory->validate(alice, one.id, 0.9).value();
    CHECK(surer.revision == 2);
    CHECK(surer.confidence == 0.9);
    CHECK(surer.validation_count == 2);
    CHECK(memory->validate(alice, one.id, 0.9).value().revision == 2);
    CHECK(field_of(memory->validate(alice, one.id, 1.5)) == "confidence");
    CHECK(get(alice, one.id).validation_count == 3);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a memory expires and is restored", "[memory][transition]") {
    auto const record = write(alice, "content");
    environment.clock.advance(a_while);
    auto const expired = memory->transition(alice, record.id, Transition::expire).value();
    CHECK(expired.expired_at == expired.updated_at);
    environment.clock.advance(a_while);
    CHECK(memory->transition(alice, record.id, Transition::expire).value() == expired);
    CHECK(get(alice, record.id) == expired);
    CHECK_FALSE(memory->transition(alice, record.id, Transition::restore).value().expired_at);
    CHECK_FALSE(get(alice, record.id).expired_at);
    CHECK(reason_of(memory->transition(alice, MemoryId{environment.ids->random()},
                                       Transition::expire)) == "MEMORY_NOT_FOUND");
    CHECK(number("SELECT count(*) FROM memory WHERE expired_by IS NULL") == 1);
}

TEST_CASE_METHOD(RecordsFixture, "a forgotten memory is there for nobody", "[memory][transition]") {
    auto const record = write(alice, "content");
    execute("UPDATE memory SET forgotten_at = 1");
    CHECK(reason_of(memory->get(alice, record.id)) == "MEMORY_NOT_FOUND");
    CHECK(reason_of(memory->validate(alice, record.id)) == "MEMORY_NOT_FOUND");
    CHECK(memory->begin_export(alice, {}).value().total == 0);
    CHECK(memory->erase(alice, {record.id}).value().memories == 1);
}
