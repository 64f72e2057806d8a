#include "fixture.hpp"

#include <barrier>
#include <support/faulty_engine.hpp>
#include <thread>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

/// A bit of everything that writes, as a caller would do it; errors are expected.
void work(Memory& memory, Caller const& caller, std::string const& name) {
    auto const first =
        memory.write(caller,
                     {.content = name + " likes tea",
                      .scope = {.agent = "helper", .space = "team:x", .session = "s"},
                      .speaker = "Ann"},
                     IdempotencyKey{name + "-1"});
    auto const second = memory.write_many(
        caller, {{.content = name + " likes coffee"}, {.content = "shared by all"}},
        {.mode = WriteMode::each, .duplicates = DuplicateRule::return_existing});
    if (!first || !second || !second->items.front()) {
        return;
    }
    auto const older = first->memory.id;
    auto const newer = second->items.front()->memory.id;
    static_cast<void>(memory.revise(caller, older, {.content = name + " likes milk"}));
    static_cast<void>(memory.supersede(caller, older, newer));
    static_cast<void>(memory.mark_contradiction(caller, older, newer));
    static_cast<void>(memory.validate(caller, newer, 0.5));
    static_cast<void>(memory.transition(caller, older, Transition::expire));
    static_cast<void>(memory.erase(caller, {older}, IdempotencyKey{name + "-2"}));
}

} // namespace

TEST_CASE_METHOD(RecordsFixture, "many threads write and read at once", "[memory][threads]") {
    constexpr int threads = 16;
    constexpr int rounds = 4;
    std::barrier start{threads};
    std::vector<std::jthread> running;
    running.reserve(threads);
    for (int i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            auto const caller = i % 2 == 0 ? alice : bob;
            start.arrive_and_wait();
            for (int round = 0; round < rounds; ++round) {
                auto const name = std::to_string(i) + "-" + std::to_string(round);
                work(*memory, caller, name);
                static_cast<void>(memory->recall(caller, {.query = "who likes tea"}));
                static_cast<void>(memory->count(caller, {}));
                static_cast<void>(memory->changes(caller, 0, 10));
            }
        });
    }
    running.clear();
    CHECK(number("SELECT count(*) FROM memory WHERE space = 'default'") == threads * rounds + 2);
    CHECK(number("SELECT count(*) FROM memory WHERE space <> 'default'") == 0);
    CHECK(problems().empty());
    open();
    CHECK(problems().empty());
}

TEST_CASE_METHOD(RecordsFixture, "equal writes of one moment make one memory",
                 "[memory][threads]") {
    constexpr int threads = 16;
    std::barrier start{threads};
    std::vector<std::jthread> running;
    running.reserve(threads);
    for (int i = 0; i < threads; ++i) {
        running.emplace_back([&] {
            start.arrive_and_wait();
            memory
                ->write_many(alice, {{.content = "the one"}},
                             {.duplicates = DuplicateRule::return_existing})
                .value();
            memory->write(alice, {.content = "keyed"}, IdempotencyKey{"k"}).value();
        });
    }
    running.clear();
    CHECK(number("SELECT count(*) FROM memory") == 2);
}

TEST_CASE_METHOD(RecordsFixture, "a failure of any engine call leaves nothing half-written",
                 "[memory][faults]") {
    auto const faults = std::make_shared<Faults>();
    open_with(embedder, std::make_unique<FaultyEngine>(faults));
    auto survived = false;
    for (int failing_call = 0; !survived && failing_call < 2000; failing_call += 3) {
        faults->ends_transaction = failing_call % 2 == 0;
        faults->calls_until_failure = failing_call;
        work(*memory, failing_call % 4 == 0 ? alice : bob, std::to_string(failing_call));
        survived = faults->calls_until_failure >= 0;
        faults->calls_until_failure = -1;
        INFO("call " << failing_call);
        REQUIRE(problems().empty());
    }
    CHECK(survived);
    CHECK(database->inspect().value().problems.empty());
}

TEST_CASE_METHOD(RecordsFixture, "after a commit of unknown outcome the rows agree",
                 "[memory][faults]") {
    for (auto const commits : {false, true}) {
        auto const faults = std::make_shared<Faults>();
        open_with(embedder, std::make_unique<FaultyEngine>(faults));
        NewMemory const item{.content = commits ? "kept" : "lost"};
        IdempotencyKey const key{commits ? "kept" : "lost"};
        faults->failure = store::Failure::input_output;
        faults->commits_nevertheless = commits;
        faults->commits_until_failure = 0;
        auto const unknown = memory->write(alice, item, key);
        REQUIRE_FALSE(unknown);
        CHECK(unknown.error().kind == ErrorKind::unknown_outcome);
        open();
        CHECK(problems().empty());
        auto const again = memory->write(alice, item, key).value();
        CHECK(memory->write(alice, item, key).value().memory == again.memory);
    }
    CHECK(number("SELECT count(*) FROM memory") == 2);
}
