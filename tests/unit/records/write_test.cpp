#include "fixture.hpp"

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

NewMemory turn(std::string content) {
    return {.content = std::move(content),
            .scope = {.subject = "customer",
                      .organization = "org",
                      .agent = "helper",
                      .space = "chat",
                      .session = "monday",
                      .project = "shop"},
            .tags = {" ui ", "ui"},
            .title = "Greeting",
            .sequence = 4,
            .speaker = "Ann"};
}

} // namespace

TEST_CASE_METHOD(RecordsFixture, "a memory is stored with all that was given", "[memory][write]") {
    auto const now = environment.clock.now();
    auto const stored = memory->write(alice, turn("hello there")).value();
    CHECK_FALSE(stored.duplicate);
    auto const& record = stored.memory;
    CHECK(record.tenant == "acme");
    CHECK(record.user == "alice");
    CHECK(record.tags == std::vector<std::string>{"ui"});
    CHECK(record.revision == 1);
    CHECK(record.created_at >= now);
    CHECK(record.created_at == record.updated_at);
    CHECK(record.created_at == record.recorded_at);
    CHECK(record.index_state == IndexState::ready);
    CHECK(get(alice, record.id) == record);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "memories outlive a restart", "[memory][write]") {
    auto const record = write(alice, turn("hello there"));
    open();
    CHECK(get(alice, record.id) == record);
    CHECK(problems().empty());
    auto const next = write(alice, turn("good bye"));
    CHECK(next.revision_key > record.revision_key);
}

TEST_CASE_METHOD(RecordsFixture, "nobody else sees a memory, nor learns that it exists",
                 "[memory][write]") {
    auto const record = write(alice, "private");
    for (auto const& caller : {bob, stranger}) {
        CHECK(reason_of(memory->get(caller, record.id)) == "MEMORY_NOT_FOUND");
        CHECK(reason_of(memory->revise(caller, record.id, {.content = "x"})) == "MEMORY_NOT_FOUND");
        CHECK(reason_of(memory->transition(caller, record.id, Transition::expire)) ==
              "MEMORY_NOT_FOUND");
        CHECK(reason_of(memory->validate(caller, record.id)) == "MEMORY_NOT_FOUND");
        CHECK(reason_of(memory->erase(caller, {record.id})) == "MEMORY_NOT_FOUND");
        auto const own = write(caller, "mine");
        CHECK(reason_of(memory->supersede(caller, record.id, own.id)) == "MEMORY_NOT_FOUND");
        CHECK(reason_of(memory->supersede(caller, own.id, record.id)) == "MEMORY_NOT_FOUND");
        CHECK(reason_of(memory->mark_contradiction(caller, own.id, record.id)) ==
              "MEMORY_NOT_FOUND");
        CHECK(reason_of(memory->write(caller, {.content = "y", .supersedes = record.id})) ==
              "MEMORY_NOT_FOUND");
    }
    CHECK(get(alice, record.id) == record);
}

TEST_CASE_METHOD(RecordsFixture, "a tenant shares its team spaces", "[memory][write]") {
    auto const record = write(alice, {.content = "shared", .scope = {.space = "team:all"}});
    CHECK(get(bob, record.id) == record);
    CHECK(reason_of(memory->get(stranger, record.id)) == "MEMORY_NOT_FOUND");
    auto const revised = memory->revise(bob, record.id, {.content = "shared, by bob"}).value();
    CHECK(revised.user == "alice");
    CHECK(get(alice, record.id) == revised);
    CHECK(number("SELECT count(*) FROM owner") == 1);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a write registers the names that it uses, once",
                 "[memory][write]") {
    write(alice, turn("one"));
    write(alice, turn("two"));
    write(bob, turn("three"));
    CHECK(number("SELECT count(*) FROM agent WHERE name = 'helper' AND implicit = 1") == 2);
    CHECK(number("SELECT count(*) FROM project WHERE name = 'shop'") == 2);
    CHECK(number("SELECT count(*) FROM session WHERE name = 'monday' AND subject = 'customer'") ==
          2);
    CHECK(number("SELECT count(*) FROM episode") == 2);
    CHECK(number("SELECT documents FROM episode ORDER BY number") == 2);
}

TEST_CASE_METHOD(RecordsFixture, "a deleted agent comes back when it is named again",
                 "[memory][write]") {
    write(alice, turn("one"));
    execute("UPDATE agent SET deleted_at = 1");
    execute("UPDATE project SET deleted_at = 1");
    write(alice, turn("two"));
    CHECK(number("SELECT count(*) FROM agent WHERE deleted_at IS NULL") == 1);
    CHECK(number("SELECT count(*) FROM project WHERE deleted_at IS NULL") == 1);
}

TEST_CASE_METHOD(RecordsFixture, "a refused write leaves nothing", "[memory][write]") {
    auto const before = database->inspect().value().last_change;
    CHECK(field_of(memory->write(alice, {.content = ""})) == "content");
    CHECK(field_of(memory->write({.tenant = "acme", .user = ""}, {.content = "x"})) == "user");
    CHECK(number("SELECT count(*) FROM owner") == 0);
    CHECK(database->inspect().value().last_change == before);
}

TEST_CASE_METHOD(RecordsFixture, "a batch of mode each stores what it can", "[memory][write]") {
    auto const result =
        memory
            ->write_many(alice, {{.content = "one"}, {.content = ""}, {.content = "three"}},
                         {.mode = WriteMode::each})
            .value();
    REQUIRE(result.items.size() == 3);
    CHECK(result.stored_any);
    CHECK(result.items[0]);
    CHECK(field_of(result.items[1]) == "[1].content");
    CHECK(result.items[2]);
    CHECK(number("SELECT count(*) FROM memory") == 2);
}

TEST_CASE_METHOD(RecordsFixture, "a batch of mode all stores everything or nothing",
                 "[memory][write]") {
    auto const absent = MemoryId{environment.ids->random()};
    auto const result = memory
                            ->write_many(alice, {{.content = "one"},
                                                 {.content = ""},
                                                 {.content = "three", .supersedes = absent}})
                            .value();
    CHECK_FALSE(result.stored_any);
    CHECK(reason_of(result.items[0]) == "ROLLED_BACK");
    CHECK(reason_of(result.items[1]) == "VALIDATION_ERROR");
    CHECK(reason_of(result.items[2]) == "MEMORY_NOT_FOUND");
    CHECK(number("SELECT count(*) FROM memory") == 0);
    CHECK(number("SELECT count(*) FROM owner") == 0);
    auto const good = memory->write_many(alice, {{.content = "one"}, {.content = "two"}}).value();
    CHECK(good.stored_any);
    CHECK(good.items[0]->memory.revision_key + 1 == good.items[1]->memory.revision_key);
}

TEST_CASE_METHOD(RecordsFixture, "more items than one call may hold are refused each",
                 "[memory][write]") {
    std::vector<NewMemory> items(limits::items_per_write + 1, {.content = "x"});
    auto const result = memory->write_many(alice, items, {.mode = WriteMode::each}).value();
    CHECK_FALSE(result.stored_any);
    CHECK(field_of(result.items.front()) == "items");
    CHECK(memory->write_many(alice, {}).value().items.empty());
}

TEST_CASE_METHOD(RecordsFixture, "odd and maximal content is kept byte for byte",
                 "[memory][write]") {
    std::string large;
    while (large.size() + 16 < limits::content_bytes) {
        large += "w" + std::to_string(large.size() % 9973) + " ";
    }
    std::vector<std::string> const contents{
        large,
        std::string(limits::content_bytes, 'a'),
        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x9A\x80 \xF0\x9F\x87\xAF\xF0\x9F\x87\xB5",
        "e\xCC\x81\xCC\x82\xCC\x83 combining",
        "\xE2\x80\xAE right to left \xE2\x80\xAC \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
        "\xE6\x9D\xB1\xE4\xBA\xAC\xE3\x81\xA7\xE5\xAF\xBF\xE5\x8F\xB8",
        "line\r\nfeed\x01\x7F\xEF\xBF\xBD \xF4\x8F\xBF\xBF",
        "'; DROP TABLE memory; -- \" OR words MATCH *",
        "to be or not to be",
        "!!! ... ???",
    };
    std::vector<MemoryId> ids;
    ids.reserve(contents.size());
    for (auto const& content : contents) {
        ids.push_back(write(alice, content).id);
    }
    open();
    for (std::size_t i = 0; i < contents.size(); ++i) {
        CHECK(get(alice, ids[i]).content == contents[i]);
    }
    CHECK(problems().empty());
    CHECK(memory->erase(alice, ids).value().memories == contents.size());
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "an import keeps its id, its times and its stamps",
                 "[memory][write]") {
    auto const now = environment.clock.now();
    auto const id = MemoryId{environment.ids->random()};
    auto const record = write(
        alice, {.content = "old",
                .id = id,
                .created_at = now - a_while,
                .stamps = ImportedStamps{.validation_count = 2, .expired_at = now - a_while}});
    CHECK(record.id == id);
    CHECK(record.created_at == now - a_while);
    CHECK(record.recorded_at >= now);
    CHECK(record.expired_at == now - a_while);
    CHECK(record.validation_count == 2);
    CHECK(get(alice, id) == record);
    CHECK(reason_of(memory->write(alice, {.content = "again", .id = id})) == "MEMORY_EXISTS");
    CHECK(field_of(memory->write(alice, {.content = "x", .created_at = now + 2 * a_while})) ==
          "created_at");
    CHECK(field_of(memory
                       ->write_many(alice,
                                    {{.content = "x",
                                      .stamps = ImportedStamps{.contested_at = now + 2 * a_while}}})
                       .value()
                       .items.front()) == "[0].contested_at");
}

TEST_CASE_METHOD(RecordsFixture, "a write may supersede and cite others", "[memory][write]") {
    auto const older = write(alice, "lives in Rome");
    auto const newer = write(
        alice, {.content = "lives in Oslo", .supersedes = older.id, .derived_from = {older.id}});
    auto const stamped = get(alice, older.id);
    CHECK(stamped.superseded_by == newer.id);
    CHECK(stamped.superseded_at == newer.recorded_at);
    CHECK(stamped.updated_at == newer.recorded_at);
    CHECK(number("SELECT count(*) FROM edge WHERE relation = 'supersedes'") == 1);
    CHECK(number("SELECT count(*) FROM edge WHERE relation = 'derived_from'") == 1);
    CHECK(reason_of(memory->write(alice, {.content = "z", .supersedes = older.id})) ==
          "ALREADY_SUPERSEDED");
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a mutation joins another one in a single commit",
                 "[memory][write]") {
    auto const prepared = memory->prepare({{.content = "with its audit row"}});
    auto const failed = database->write<BatchResult>([&](store::WriteTransaction& transaction) {
        auto outcome = memory->write(transaction, alice, std::nullopt, prepared, {});
        REQUIRE(outcome.is_done());
        return store::Outcome<BatchResult>::failed({ErrorKind::exhausted, "QUOTA", "no more"});
    });
    CHECK(reason_of(failed) == "QUOTA");
    CHECK(number("SELECT count(*) FROM memory") == 0);
    auto const done = database->write<BatchResult>([&](store::WriteTransaction& transaction) {
        return memory->write(transaction, alice, std::nullopt, prepared, {});
    });
    CHECK(done.value().stored_any);
    CHECK(problems().empty());
}
