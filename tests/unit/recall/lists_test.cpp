#include "unit/records/fixture.hpp"

using namespace loci;
using namespace loci::memory;
using tests::field_of;
using tests::RecordsFixture;

namespace {

std::vector<std::string> contents(Page const& page) {
    std::vector<std::string> texts;
    for (auto const& record : page.items) {
        texts.push_back(record.content);
    }
    return texts;
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE_METHOD(RecordsFixture, "a list is a page of all that match", "[recall][list]") {
    for (auto const* text : {"one", "two", "three", "four", "five"}) {
        write(alice, text);
        environment.clock.advance(tests::a_while);
    }
    write(bob, "not hers");
    auto const newest = memory->list(alice, {.limit = 2}).value();
    CHECK(contents(newest) == Texts{"five", "four"});
    CHECK(newest.total == 5);
    CHECK(contents(memory->list(alice, {.limit = 2, .offset = 4}).value()) == Texts{"one"});
    CHECK(contents(memory->list(alice, {.limit = 2, .offset = 9}).value()).empty());
    CHECK(contents(memory->list(alice, {.order = ListOrder::oldest_first, .limit = 2}).value()) ==
          Texts{"one", "two"});
    auto const none = memory->list(alice, {.limit = 0}).value();
    CHECK(none.items.empty());
    CHECK(none.total == 5);
    CHECK(field_of(memory->list(alice, {.limit = 1001})) == "limit");
    CHECK(field_of(memory->list(alice, {.filter = {.metadata = {{"a", "{"}}}})) == "metadata");
    CHECK(field_of(memory->count(alice, {.metadata = {{"a", "{"}}})) == "metadata");
    CHECK(memory->count(alice, {}).value() == 5);
    CHECK(memory->count(stranger, {}).value() == 0);
}

TEST_CASE_METHOD(RecordsFixture, "spaces are counted by name, with those of the team",
                 "[recall][spaces]") {
    CHECK(memory->spaces(alice).value().empty());
    write(alice, {.content = "a", .scope = {.space = "work"}});
    auto const first = write(alice, {.content = "b", .scope = {.space = "home"}});
    environment.clock.advance(tests::a_while);
    auto const last = write(alice, {.content = "c", .scope = {.space = "home"}});
    write(bob, {.content = "d", .scope = {.space = "team:all"}});
    write(bob, {.content = "e", .scope = {.space = "private"}});
    write(stranger, {.content = "f", .scope = {.space = "team:all"}});
    auto const spaces = memory->spaces(alice).value();
    REQUIRE(spaces.size() == 3);
    CHECK(spaces[0].space == "home");
    CHECK(spaces[0].count == 2);
    CHECK(spaces[0].created_at == first.created_at);
    CHECK(spaces[0].last_write_at == last.created_at);
    CHECK(spaces[1].space == "team:all");
    CHECK(spaces[1].count == 1);
    CHECK(spaces[2].space == "work");
}

TEST_CASE_METHOD(RecordsFixture, "lists, counts and recall agree about what is shown",
                 "[recall][list]") {
    auto const old = write(alice, "the old red note");
    write(alice, {.content = "the new red note", .supersedes = old.id});
    auto const expired = write(alice, "an expired red note");
    REQUIRE(memory->transition(alice, expired.id, Transition::expire));
    write(alice,
          {.content = "a short red note", .expires_at = environment.clock.now() + tests::a_while});
    for (auto const& view :
         {View{}, View{.superseded = true}, View{.expired = true}, View::everything()}) {
        auto const listed = memory->list(alice, {.filter = {.view = view}}).value();
        CHECK(listed.total == memory->count(alice, {.view = view}).value());
        auto const found =
            memory->recall(alice, {.query = "red note", .filter = {.view = view}}).value();
        CHECK(found.total == listed.total);
        auto const spaces = memory->spaces(alice, view).value();
        CHECK(spaces.front().count == listed.total);
    }
    CHECK(memory->count(alice, {}).value() == 2);
    environment.clock.advance(2 * tests::a_while);
    CHECK(memory->count(alice, {}).value() == 1);
    CHECK(memory->count(alice, {.view = {.past_expiry = true}}).value() == 2);
}
