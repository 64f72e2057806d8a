#include "fixture.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

std::string bytes_of(std::filesystem::path const& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

bool any_file_holds(std::filesystem::path const& directory, std::string const& word) {
    for (auto const& entry : std::filesystem::recursive_directory_iterator{directory}) {
        if (entry.is_regular_file() && bytes_of(entry.path()).find(word) != std::string::npos) {
            return true;
        }
    }
    return false;
}

NewMemory marked(std::string content) {
    return {.content = std::move(content),
            .scope = {.space = "vault", .session = "talk"},
            .tags = {"quuxtag"},
            .title = "zanzibarquux",
            .summary = "summaryquux",
            .metadata = JsonObject::parse(R"({"k":"metaquux"})").value(),
            .speaker = "speakerquux"};
}

} // namespace

TEST_CASE_METHOD(RecordsFixture, "an erased memory leaves no row", "[memory][erase]") {
    auto const record =
        memory->write(alice, marked("zanzibarquux one"), IdempotencyKey{"k1"}).value().memory;
    memory->revise(alice, record.id, {.content = "zanzibarquux two"}, IdempotencyKey{"k2"}).value();
    auto const other = write(alice, {.content = "cites it", .derived_from = {record.id}});
    memory->mark_contradiction(alice, other.id, record.id).value();
    auto const erased = memory->erase(alice, {record.id}).value();
    CHECK(erased.memories == 1);
    CHECK(erased.revisions == 2);
    CHECK(number("SELECT count(*) FROM memory") == 1);
    CHECK(number("SELECT count(*) FROM revision") == 1);
    CHECK(number("SELECT count(*) FROM vector") == 1);
    CHECK(number("SELECT count(*) FROM edge") == 0);
    CHECK(number("SELECT count(*) FROM stored_answer") == 0);
    CHECK(number("SELECT count(*) FROM stored_answer_memory") == 0);
    CHECK(number("SELECT count(*) FROM space") == 1);
    CHECK(number("SELECT count(*) FROM episode") == 0);
    CHECK(number("SELECT count(*) FROM stem_tally WHERE kind = 1") == 0);
    CHECK(number("SELECT count(*) FROM stem_tally WHERE instr(hex(entries), hex('quux')) > 0") ==
          0);
    CHECK(problems().empty());
    CHECK(reason_of(memory->get(alice, record.id)) == "MEMORY_NOT_FOUND");
    CHECK(reason_of(memory->erase(alice, {record.id})) == "MEMORY_NOT_FOUND");
    auto const changes = memory->changes(alice, 0, 100).value();
    CHECK(changes.back().change.action == "erase");
    CHECK(changes.back().change.id == record.id.value);
}

TEST_CASE_METHOD(RecordsFixture, "after a scrub no file holds a word of it", "[memory][erase]") {
    write(alice, "something else stays");
    auto const record = write(alice, marked("zanzibarquux one"));
    memory->revise(alice, record.id, {.content = "zanzibarquux two"}).value();
    CHECK(any_file_holds(directory.path(), "nzibarquux"));
    memory->erase(alice, {record.id}).value();
    database->scrub().value();
    for (auto const* word : {"nzibarquux", "quuxtag", "mmaryquux", "metaquux", "eakerquux"}) {
        INFO(word);
        CHECK_FALSE(any_file_holds(directory.path(), word));
    }
    CHECK(problems().empty());
    CHECK(database->inspect().value().problems.empty());
}

TEST_CASE_METHOD(RecordsFixture, "all ids are erased or none", "[memory][erase]") {
    auto const one = write(alice, "one");
    auto const two = write(alice, "two");
    auto const absent = MemoryId{environment.ids->random()};
    CHECK(reason_of(memory->erase(alice, {one.id, absent, two.id})) == "MEMORY_NOT_FOUND");
    CHECK(get(alice, one.id) == one);
    CHECK(memory->erase(alice, {one.id, two.id, one.id}).value().memories == 2);
    CHECK(memory->erase(alice, {}).value().memories == 0);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "what an erased memory superseded can be restored",
                 "[memory][erase]") {
    auto const older = write(alice, "older");
    auto const newer = write(alice, {.content = "newer", .supersedes = older.id});
    memory->erase(alice, {newer.id}).value();
    auto const orphan = get(alice, older.id);
    CHECK(orphan.superseded_at);
    CHECK_FALSE(orphan.superseded_by);
    CHECK_FALSE(memory->transition(alice, older.id, Transition::restore).value().superseded_at);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "an id and a key are never given out again", "[memory][erase]") {
    auto const record = write(alice, "one");
    memory->erase(alice, {record.id}).value();
    open();
    auto const next = write(alice, "two");
    CHECK(next.revision_key > record.revision_key);
    CHECK(next.id != record.id);
}

TEST_CASE_METHOD(RecordsFixture, "a pair of memories that supersede each other goes together",
                 "[memory][erase]") {
    auto const older = write(alice, "older");
    auto const newer = write(alice, {.content = "newer", .supersedes = older.id});
    CHECK(memory->erase(alice, {older.id, newer.id}).value().memories == 2);
    CHECK(number("SELECT count(*) FROM edge") == 0);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "what an import called superseded forgets an erased successor",
                 "[memory][erase]") {
    auto const successor = write(alice, "new");
    auto const at = environment.clock.now();
    auto const older = write(
        alice, {.content = "old",
                .stamps = ImportedStamps{.superseded_at = at, .superseded_by = successor.id}});
    memory->erase(alice, {successor.id}).value();
    auto const left = get(alice, older.id);
    CHECK(left.superseded_at == at);
    CHECK_FALSE(left.superseded_by);
}

TEST_CASE_METHOD(RecordsFixture, "an erased successor is forgotten by other users too",
                 "[memory][erase]") {
    auto const at = environment.clock.now();
    auto const superseded_by = [&](MemoryId successor) {
        return NewMemory{.content = "old",
                         .stamps = ImportedStamps{.superseded_at = at, .superseded_by = successor}};
    };
    auto const shared = write(alice, {.content = "new", .scope = {.space = "team:x"}});
    auto const unseen = write(alice, "private");
    auto const of_shared = write(bob, superseded_by(shared.id));
    auto const of_unseen = write(bob, superseded_by(unseen.id));
    memory->erase(alice, {shared.id, unseen.id}).value();
    for (auto const id : {of_shared.id, of_unseen.id}) {
        auto const left = get(bob, id);
        CHECK(left.superseded_at == at);
        CHECK_FALSE(left.superseded_by);
    }
    CHECK(number("SELECT count(*) FROM edge") == 0);
    CHECK(problems().empty());
}
