#include "fixture.hpp"

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

TEST_CASE_METHOD(RecordsFixture, "a caller follows his own changes and those of team spaces",
                 "[memory][changes]") {
    auto const own = write(alice, "own");
    write(bob, "bob's");
    auto const shared = write(bob, {.content = "shared", .scope = {.space = "team:x"}});
    write(stranger, "foreign");
    memory->revise(alice, own.id, {.content = "own, changed"}).value();
    memory->transition(alice, own.id, Transition::expire).value();
    memory->erase(bob, {shared.id}).value();

    auto const changes = memory->changes(alice, 0, 100).value();
    std::vector<std::string> actions;
    for (auto const& logged : changes) {
        CHECK((logged.change.id == own.id.value || logged.change.id == shared.id.value));
        actions.push_back(logged.change.action);
    }
    CHECK(actions == std::vector<std::string>{"write", "write", "revise", "stamp", "erase"});
    CHECK(changes[2].change.revision == 5);
    CHECK(memory->changes(alice, changes[2].number, 100).value().size() == 2);
    CHECK(memory->changes(alice, 0, 2).value().size() == 2);
    CHECK(memory->changes(alice, changes.back().number, 100).value().empty());
    CHECK(memory->changes(stranger, 0, 100).value().size() == 1);
}

TEST_CASE_METHOD(RecordsFixture, "foreign changes do not hide own ones behind them",
                 "[memory][changes]") {
    for (int block = 0; block < 3; ++block) {
        std::vector<NewMemory> items(limits::items_per_write, {.content = "foreign"});
        memory->write_many(stranger, items).value();
    }
    auto const own = write(alice, "own");
    auto const changes = memory->changes(alice, 0, 10).value();
    REQUIRE(changes.size() == 1);
    CHECK(changes.front().change.id == own.id.value);
}

TEST_CASE_METHOD(RecordsFixture, "times of changes grow strictly", "[memory][changes]") {
    for (int i = 0; i < 5; ++i) {
        write(alice, "at one instant of the clock");
    }
    auto const changes = memory->changes(alice, 0, 10).value();
    REQUIRE(changes.size() == 5);
    for (std::size_t i = 1; i < changes.size(); ++i) {
        CHECK(changes[i].at > changes[i - 1].at);
        CHECK(changes[i].number == changes[i - 1].number + 1);
    }
}
