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

TEST_CASE_METHOD(RecordsFixture, "a text that the model refuses delays no other",
                 "[memory][embedding]") {
    embedder.reachable = false;
    auto const before = write(alice, "before");
    auto const refused = write(alice, "far too long");
    auto const after = write(alice, "after");
    embedder.reachable = true;
    embedder.refused = "too long";
    CHECK(memory->embed_pending(10).value() == 3);
    CHECK(get(alice, before.id).index_state == IndexState::ready);
    CHECK(get(alice, refused.id).index_state == IndexState::failed);
    CHECK(get(alice, after.id).index_state == IndexState::ready);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "a model that refuses every text marks none as failed",
                 "[memory][embedding]") {
    embedder.reachable = false;
    auto const record = write(alice, "probed");
    embedder.reachable = true;
    embedder.refused = "probe";
    CHECK(reason_of(memory->embed_pending(10)) == "EMBEDDER_UNAVAILABLE");
    CHECK(get(alice, record.id).index_state == IndexState::pending);
}

TEST_CASE_METHOD(RecordsFixture, "one model id has one dimension", "[memory][embedding]") {
    LetterEmbedder wider{"letters-1", 9};
    memory.reset();
    CHECK(reason_of(Memory::open(*database, wider)) == "MODEL_CHANGED");
}
