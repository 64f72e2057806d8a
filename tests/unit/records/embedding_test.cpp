#include "fixture.hpp"

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

TEST_CASE_METHOD(RecordsFixture, "a model that cannot be reached delays the vector alone",
                 "[memory][embedding]") {
    embedder.reachable = false;
    auto const record = write(alice, "written in the dark");
    CHECK(record.index_state == IndexState::pending);
    auto const revised = memory->revise(alice, record.id, {.content = "still dark"}).value();
    CHECK(revised.index_state == IndexState::pending);
    CHECK(problems().empty());
    auto const failed = memory->embed_pending(10);
    CHECK(reason_of(failed) == "EMBEDDER_UNAVAILABLE");
    CHECK(failed.error().kind == ErrorKind::unavailable);

    embedder.reachable = true;
    CHECK(memory->embed_pending(1).value() == 1);
    CHECK(memory->embed_pending(10).value() == 1);
    CHECK(memory->embed_pending(10).value() == 0);
    CHECK(get(alice, record.id).index_state == IndexState::ready);
    CHECK(get(alice, record.id).updated_at == revised.updated_at);
    CHECK(number("SELECT count(*) FROM vector") == 2);
    CHECK(problems().empty());
    CHECK(memory->changes(alice, 0, 10).value().back().change.action == "embed");
}

TEST_CASE_METHOD(RecordsFixture, "a memory erased while its vector was made stays erased",
                 "[memory][embedding]") {
    embedder.reachable = false;
    auto const record = write(alice, "short-lived");
    memory->erase(alice, {record.id}).value();
    embedder.reachable = true;
    CHECK(memory->embed_pending(10).value() == 0);
    CHECK(number("SELECT count(*) FROM vector") == 0);
}

TEST_CASE_METHOD(RecordsFixture, "nonsense from a model is kept out", "[memory][embedding]") {
    embedder.sane = false;
    auto const record = write(alice, "not a number");
    CHECK(record.index_state == IndexState::failed);
    CHECK(number("SELECT count(*) FROM vector") == 0);
    CHECK(problems().empty());
    CHECK(memory->embed_pending(10).value() == 0);
}

TEST_CASE_METHOD(RecordsFixture, "a text without a known word is ready without a vector",
                 "[memory][embedding]") {
    auto const record = write(alice, "42 !");
    CHECK(record.index_state == IndexState::ready);
    CHECK(number("SELECT length(data) FROM vector") == 0);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a revision that keeps the text keeps the vector",
                 "[memory][embedding]") {
    auto const record = write(alice, "text");
    auto const calls = embedder.calls.load();
    memory->revise(alice, record.id, {.tags = std::vector<std::string>{"x"}}).value();
    CHECK(embedder.calls == calls);
    CHECK(number("SELECT count(*) FROM vector") == 2);
    CHECK(number("SELECT count(DISTINCT data) FROM vector") == 1);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a batch is embedded in one call", "[memory][embedding]") {
    auto const calls = embedder.calls.load();
    memory->write_many(alice, {{.content = "one"}, {.content = "two"}, {.content = "three"}})
        .value();
    CHECK(embedder.calls == calls + 1);
}

TEST_CASE_METHOD(RecordsFixture, "another model embeds everything again", "[memory][embedding]") {
    for (int i = 0; i < 7; ++i) {
        write(alice, "text " + std::to_string(i));
    }
    LetterEmbedder other{"letters-2", 16};
    open_with(other);
    CHECK(number("SELECT count(*) FROM vector") == 0);
    CHECK(number("SELECT count(*) FROM revision WHERE index_state = 'pending'") == 7);
    CHECK(number("SELECT count(*) FROM model WHERE state = 'serving'") == 1);
    CHECK(problems().empty());
    CHECK(memory->embed_pending(100).value() == 7);
    CHECK(problems().empty());
    open_with(other);
    CHECK(number("SELECT count(*) FROM vector") == 7);
}

TEST_CASE_METHOD(RecordsFixture, "a change of model that was cut off goes on",
                 "[memory][embedding]") {
    write(alice, "text");
    execute("UPDATE model SET state = 'incoming'");
    execute("DELETE FROM vector");
    open();
    CHECK(number("SELECT count(*) FROM revision WHERE index_state = 'pending'") == 1);
    CHECK(memory->embed_pending(100).value() == 1);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "one model id has one dimension", "[memory][embedding]") {
    LetterEmbedder wider{"letters-1", 9};
    memory.reset();
    CHECK(reason_of(Memory::open(*database, wider)) == "MODEL_CHANGED");
}
