#include "fixture.hpp"

#include <loci/memory/background_embedder.hpp>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;
using namespace std::chrono_literals;

namespace {

class WorkFixture : public RecordsFixture {
public:
    EmbeddingObserver observer() {
        return {.waits = [this](Error const& error) { told.push_back("waits " + error.reason); },
                .recovers = [this] { told.push_back("recovers"); },
                .changes =
                    [this](EmbeddingStatus const& status) {
                        told.push_back("changes " + std::to_string(status.embedded) + " of " +
                                       std::to_string(status.revisions));
                    },
                .changed =
                    [this](EmbeddingStatus const& status) {
                        told.push_back("changed to " + status.serving);
                    }};
    }

    std::vector<std::string> told;
};

using Told = std::vector<std::string>;

} // namespace

TEST_CASE_METHOD(WorkFixture, "a model out of reach is tried later and later",
                 "[memory][background]") {
    embedder.reachable = false;
    auto const record = write(alice, "text");
    EmbeddingWork work{*memory, environment.clock, observer()};
    for (auto const wait : {2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        CHECK(work.round({}) == wait);
    }
    CHECK(told == Told{"waits EMBEDDER_UNAVAILABLE"});
    embedder.reachable = true;
    CHECK(work.round({}) == 2s);
    CHECK(told == Told{"waits EMBEDDER_UNAVAILABLE", "recovers"});
    CHECK(get(alice, record.id).index_state == IndexState::ready);
    CHECK(work.round({}) == 2s);
    CHECK(told.size() == 2);
}

TEST_CASE_METHOD(WorkFixture, "a round takes a change of model to its end",
                 "[memory][background]") {
    for (int i = 0; i < 150; ++i) {
        write(alice, "text " + std::string(static_cast<std::size_t>(i % 9), 'x'));
    }
    LetterEmbedder next{"letters-2", 16};
    open_with(next, nullptr, {&embedder});
    EmbeddingWork work{*memory, environment.clock, observer()};
    CHECK(work.round({}) == 2s);
    CHECK(told == Told{"changes 0 of 150", "changed to letters-2"});
    CHECK(number("SELECT count(*) FROM vector") == 150);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(WorkFixture, "a change of model goes on while the former one is out of reach",
                 "[memory][background]") {
    embedder.reachable = false;
    write(alice, "text");
    LetterEmbedder next{"letters-2", 16};
    open_with(next, nullptr, {&embedder});
    EmbeddingWork work{*memory, environment.clock, observer()};
    work.round({});
    CHECK(told.back() == "changed to letters-2");
    CHECK(memory->embedding_status().value().pending == 0);
}

TEST_CASE_METHOD(WorkFixture, "a stop ends the round", "[memory][background]") {
    embedder.reachable = false;
    write(alice, "text");
    embedder.reachable = true;
    std::stop_source source;
    source.request_stop();
    EmbeddingWork work{*memory, environment.clock, observer()};
    work.round(source.get_token());
    CHECK(memory->embedding_status().value().pending == 1);
}

TEST_CASE_METHOD(WorkFixture, "the thread works at once and whenever its time has come",
                 "[memory][background]") {
    embedder.reachable = false;
    auto const record = write(alice, "text");
    {
        BackgroundEmbedder const background{*memory, environment.clock};
        environment.clock.await_waiting(1);
        CHECK(get(alice, record.id).index_state == IndexState::pending);
        embedder.reachable = true;
        environment.clock.advance(2s);
        while (get(alice, record.id).index_state != IndexState::ready) {
            std::this_thread::yield();
        }
    }
    CHECK(problems().empty());
}
