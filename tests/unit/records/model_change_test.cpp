#include "fixture.hpp"

#include <thread>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

/// Seven memories under `letters-1`; `next` is another model.
class ModelChangeFixture : public RecordsFixture {
public:
    ModelChangeFixture() {
        for (auto const* text : {"apple", "banana", "cherry", "date", "elder", "fig", "grape"}) {
            ids.push_back(write(alice, text).id);
        }
    }

    /// Opens with the next model, the former one at hand.
    void change() { open_with(next, nullptr, {&embedder}); }

    std::size_t step(std::size_t limit = 3) { return memory->continue_model_change(limit).value(); }

    void finish() {
        for (int i = 0; i < 100 && step() > 0; ++i) {
            REQUIRE(problems().empty());
        }
    }

    EmbeddingStatus status() { return memory->embedding_status().value(); }

    Recall recall(std::string const& text) {
        return memory->recall(alice, {.query = text, .mode = RecallMode::semantic}).value();
    }

    bool finds(std::string const& text, MemoryId id) {
        auto const found = recall(text);
        return !found.degraded && !found.hits.empty() && found.hits.front().memory.id == id;
    }

    LetterEmbedder next{"letters-2", 16};
    std::vector<MemoryId> ids;
};

} // namespace

TEST_CASE_METHOD(ModelChangeFixture, "the former model serves until the next one is complete",
                 "[memory][models]") {
    change();
    auto const begun = status();
    CHECK(begun.serving == "letters-1");
    CHECK(begun.dimension == 8);
    CHECK(begun.is_at_hand);
    CHECK(begun.incoming == "letters-2");
    CHECK(begun.embedded == 0);
    CHECK(begun.revisions == 7);
    CHECK(problems().empty());
    CHECK(step(3) == 3);
    CHECK(status().embedded == 3);
    CHECK(finds("banana", ids[1]));
    CHECK(step(100) == 4);
    CHECK(status().serving == "letters-1");
    auto const calls = next.calls.load();
    CHECK(finds("grape", ids[6]));
    CHECK(next.calls == calls); // the question went to the former model
    CHECK(step() == 1);         // the swap
    auto const swapped = status();
    CHECK(swapped.serving == "letters-2");
    CHECK(swapped.dimension == 16);
    CHECK_FALSE(swapped.incoming);
    CHECK(finds("grape", ids[6]));
    CHECK(next.calls > calls);
    CHECK(number("SELECT count(*) FROM vector") == 14);
    finish();
    CHECK(number("SELECT count(*) FROM vector") == 7);
    CHECK(step() == 0);
    CHECK(finds("fig", ids[5]));
    CHECK(problems().empty());
    open_with(next);
    CHECK(finds("fig", ids[5]));
    CHECK(status().serving == "letters-2");
    CHECK_FALSE(status().incoming);
}

TEST_CASE_METHOD(ModelChangeFixture, "without the former model questions go by words meanwhile",
                 "[memory][models]") {
    open_with(next);
    CHECK_FALSE(status().is_at_hand);
    auto const found = memory->recall(alice, {.query = "cherry"}).value();
    CHECK(found.degraded);
    REQUIRE(found.hits.size() == 1);
    CHECK(found.hits.front().memory.id == ids[2]);
    auto const written = write(alice, "honeydew");
    CHECK(written.index_state == IndexState::ready);
    CHECK(problems().empty());
    finish();
    CHECK(status().is_at_hand);
    CHECK(finds("cherry", ids[2]));
    CHECK(finds("honeydew", written.id));
}

TEST_CASE_METHOD(ModelChangeFixture, "writes get the vectors of both models", "[memory][models]") {
    change();
    auto const written = write(alice, "honeydew");
    CHECK(number("SELECT count(*) FROM vector") == 9);
    CHECK(finds("honeydew", written.id));
    step(2);
    memory->revise(alice, written.id, {.content = "iceberg"}).value();
    memory->revise(alice, ids[6], {.tags = std::vector<std::string>{"fruit"}}).value();
    memory->erase(alice, {ids[0]}).value();
    CHECK(problems().empty());
    finish();
    CHECK(finds("iceberg", written.id));
    CHECK(finds("grape", ids[6]));
    CHECK(number("SELECT count(*) FROM vector") == number("SELECT count(*) FROM revision"));
}

TEST_CASE_METHOD(ModelChangeFixture, "a change that was cut off continues", "[memory][models]") {
    change();
    step(5);
    change();
    CHECK(status().embedded == 5);
    CHECK(step(100) == 2);
    step();
    step(2); // removal has begun
    CHECK(number("SELECT count(*) FROM vector") == 12);
    open_with(next);
    finish();
    CHECK(number("SELECT count(*) FROM vector") == 7);
    CHECK(number("SELECT count(*) FROM model WHERE state = 'serving'") == 1);
    CHECK(finds("date", ids[3]));
}

TEST_CASE_METHOD(ModelChangeFixture, "going back to the former model drops the next one's vectors",
                 "[memory][models]") {
    change();
    step(5);
    open();
    CHECK(status().serving == "letters-1");
    CHECK_FALSE(status().incoming);
    CHECK(finds("elder", ids[4]));
    finish();
    CHECK(number("SELECT count(*) FROM vector") == 7);
    change();
    finish();
    CHECK(status().serving == "letters-2");
    CHECK(finds("elder", ids[4]));
}

TEST_CASE_METHOD(ModelChangeFixture, "a third model takes the place of one on its way in",
                 "[memory][models]") {
    change();
    step(5);
    LetterEmbedder third{"letters-3", 24};
    open_with(third, nullptr, {&embedder});
    CHECK(status().incoming == "letters-3");
    CHECK(finds("apple", ids[0]));
    finish();
    CHECK(status().serving == "letters-3");
    CHECK(number("SELECT count(*) FROM vector") == 7);
    CHECK(finds("apple", ids[0]));
}

TEST_CASE_METHOD(ModelChangeFixture, "a next model out of reach delays the change alone",
                 "[memory][models]") {
    change();
    next.reachable = false;
    CHECK(reason_of(memory->continue_model_change(10)) == "EMBEDDER_UNAVAILABLE");
    auto const written = write(alice, "honeydew");
    CHECK(written.index_state == IndexState::ready);
    CHECK(finds("honeydew", written.id));
    next.reachable = true;
    finish();
    CHECK(status().serving == "letters-2");
    CHECK(finds("honeydew", written.id));
}

TEST_CASE_METHOD(ModelChangeFixture, "a former model out of reach is replaced all the same",
                 "[memory][models]") {
    embedder.reachable = false;
    auto const written = write(alice, "honeydew");
    CHECK(written.index_state == IndexState::pending);
    change();
    CHECK(recall("apple").degraded);
    finish();
    CHECK(finds("honeydew", written.id));
    CHECK(get(alice, written.id).index_state == IndexState::ready);
    CHECK(status().pending == 0);
}

TEST_CASE_METHOD(ModelChangeFixture, "texts that only one of the models takes keep their state",
                 "[memory][models]") {
    embedder.sane = false;
    auto const nonsense = write(alice, "honeydew");
    CHECK(nonsense.index_state == IndexState::failed);
    embedder.sane = true;
    next.refused = "cherry";
    change();
    finish();
    CHECK(get(alice, nonsense.id).index_state == IndexState::ready);
    CHECK(get(alice, ids[2]).index_state == IndexState::failed);
    CHECK(get(alice, ids[1]).index_state == IndexState::ready);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(ModelChangeFixture, "what was prepared for the former model is embedded again",
                 "[memory][models]") {
    change();
    next.reachable = false;
    auto const prepared = memory->prepare({{.content = "honeydew"}});
    next.reachable = true;
    while (status().incoming) {
        step(100);
    }
    auto const written =
        database
            ->write<BatchResult>([&](store::WriteTransaction& transaction) {
                return memory->write(transaction, alice, std::nullopt, prepared, {});
            })
            .value();
    auto const id = written.items.front()->memory.id;
    CHECK(written.items.front()->memory.index_state == IndexState::pending);
    CHECK(problems().empty());
    CHECK(memory->embed_pending(10).value() == 1);
    CHECK(finds("honeydew", id));
}

TEST_CASE_METHOD(ModelChangeFixture, "a revision that the change overlooked is found at its end",
                 "[memory][models]") {
    change();
    while (status().incoming) {
        step(100);
    }
    execute("DELETE FROM vector WHERE revision = 3 AND model = 2");
    finish();
    CHECK(status().pending == 1);
    CHECK(get(alice, ids[2]).index_state == IndexState::pending);
    CHECK(memory->embed_pending(10).value() == 1);
    open_with(next);
    CHECK(finds("cherry", ids[2]));
}

TEST_CASE("a database without memories takes another model at once", "[memory][models]") {
    RecordsFixture fixture;
    LetterEmbedder next{"letters-2", 16};
    fixture.open_with(next);
    auto const status = fixture.memory->embedding_status().value();
    CHECK(status.serving == "letters-2");
    CHECK_FALSE(status.incoming);
    CHECK(fixture.memory->continue_model_change(1).value() == 1); // marks the first as removed
    CHECK(fixture.memory->continue_model_change(1).value() == 0);
    auto const models = Memory::stored_models(*fixture.database).value();
    REQUIRE(models.size() == 2);
    CHECK(models[0].id == "letters-1");
    CHECK_FALSE(models[0].is_serving);
    CHECK(models[1].dimension == 16);
    CHECK(models[1].is_serving);
}

TEST_CASE_METHOD(ModelChangeFixture, "a database open for reading alone stays as it is",
                 "[memory][models]") {
    memory.reset();
    database.reset();
    auto reading =
        store::Database::open(
            {.directory = directory.path(), .components = {Memory::component()}, .read_only = true},
            environment.get())
            .value();
    auto opened = Memory::open(reading, next).value();
    auto const status = opened.embedding_status().value();
    CHECK(status.serving == "letters-1");
    CHECK_FALSE(status.is_at_hand);
    CHECK_FALSE(status.incoming);
    CHECK(opened.inspect().value().empty());
}

TEST_CASE_METHOD(ModelChangeFixture, "questions and writes go on while the model changes",
                 "[memory][models]") {
    change();
    std::atomic<bool> done = false;
    std::atomic<int> missed = 0;
    std::vector<std::jthread> threads;
    for (int reader = 0; reader < 2; ++reader) {
        threads.emplace_back([&] {
            do {
                auto const found =
                    memory->recall(alice, {.query = "banana", .mode = RecallMode::semantic});
                missed += found && !found->degraded && !found->hits.empty() &&
                                  found->hits.front().memory.id == ids[1] &&
                                  found->hits.front().similarity > 0.999
                              ? 0
                              : 1;
            } while (!done);
        });
    }
    threads.emplace_back([&] {
        for (int i = 0; i < 40; ++i) {
            write(alice, "text " + std::string(static_cast<std::size_t>(i % 7), 'q'));
        }
    });
    for (int i = 0; i < 1000 && step(2) > 0; ++i) {
    }
    done = true;
    threads.clear();
    finish();
    CHECK(missed == 0);
    CHECK(status().serving == "letters-2");
    CHECK(memory->embed_pending(100).has_value());
    CHECK(problems().empty());
    CHECK(number("SELECT count(*) FROM vector") == 47);
}
