#include "fixture.hpp"

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

TEST_CASE_METHOD(RecordsFixture, "every kind of damage is found", "[memory][inspect]") {
    auto const record = write(
        alice, {.content = "apples and pears", .scope = {.agent = "helper", .session = "monday"}});
    memory->revise(alice, record.id, {.content = "apples and plums"}).value();
    write(alice, {.content = "shared", .scope = {.space = "team:x"}});
    memory->write(alice, {.content = "keyed"}, IdempotencyKey{"k"}).value();
    REQUIRE(problems().empty());

    SECTION("word statistics") {
        execute("UPDATE stem_tally SET entries = x'0001' WHERE kind = 0 AND number = 1");
    }
    SECTION("a missing statistic") {
        execute("DELETE FROM stem_tally WHERE kind = 0 AND number = 2");
    }
    SECTION("totals of a space") {
        execute("UPDATE space SET words = words + 1");
    }
    SECTION("totals of an episode") {
        execute("UPDATE episode SET documents = 0");
    }
    SECTION("words of an episode") {
        execute("DELETE FROM stem_tally WHERE kind = 1");
    }
    SECTION("the word index") {
        execute("INSERT INTO words (words) VALUES ('delete-all')");
    }
    SECTION("a lost vector") {
        execute("DELETE FROM vector WHERE revision = 1");
    }
    SECTION("a cut vector") {
        execute("UPDATE vector SET data = x'00' WHERE revision = 1");
    }
    SECTION("a number of words") {
        execute("UPDATE revision SET words = 77 WHERE key = 1");
    }
    SECTION("a chain of revisions") {
        execute("UPDATE revision SET next_key = 999 WHERE key = 1");
    }
    SECTION("a memory without a current revision") {
        execute("UPDATE revision SET ended_at = 1 WHERE key = 3");
    }
    SECTION("a memory with two current revisions") {
        execute("UPDATE revision SET ended_at = NULL, next_key = NULL");
    }
    SECTION("a memory of the wrong owner") {
        execute("UPDATE memory SET user = 'bob'");
    }
    SECTION("an unregistered agent") {
        execute("DELETE FROM agent");
    }
    SECTION("an unregistered session") {
        execute("DELETE FROM session");
    }
    SECTION("half an answer") {
        execute("DELETE FROM stored_answer");
    }

    auto const found = problems();
    CHECK_FALSE(found.empty());
    for (auto const& problem : found) {
        CHECK(problem.find("apple") == std::string::npos);
    }
}

TEST_CASE_METHOD(RecordsFixture, "a database can be inspected while another process owns it",
                 "[memory][inspect]") {
    auto const record = write(alice, "content");
    auto beside = store::Database::open({.directory = directory.path(),
                                         .components = {Memory::component()},
                                         .read_only = true,
                                         .create = false},
                                        environment.get())
                      .value();
    auto reading = Memory::open(beside, embedder).value();
    CHECK(reading.inspect().value().empty());
    CHECK(reading.get(alice, record.id).value() == record);
    CHECK_FALSE(reading.write(alice, {.content = "refused"}));
}
