#include "fixture.hpp"

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

constexpr WriteOptions reporting{.near = NearDuplicates{}};
constexpr WriteOptions returning{.near = NearDuplicates{.rule = NearRule::return_existing}};
constexpr WriteOptions merging{.near = NearDuplicates{.rule = NearRule::merge}};

class NearFixture : public RecordsFixture {
public:
    Stored write_with(WriteOptions const& options, NewMemory item) {
        return memory->write(alice, std::move(item), options).value();
    }

    std::size_t count() { return memory->count(alice, {}).value(); }

    std::vector<NearDuplicate> near(NewMemory item, NearnessLimits const& limits = {}) {
        return memory->near_duplicates(alice, std::move(item), limits).value();
    }
};

char const* const known = "the user prefers the aisle seats on planes";
char const* const reworded = "User prefers aisle seats on planes.";
char const* const fuller = "the user prefers the quiet aisle seats on planes";

} // namespace

TEST_CASE_METHOD(NearFixture, "a near duplicate is reported and stored", "[memory][near]") {
    auto const first = write(alice, known);
    auto const second = write_with(reporting, {.content = reworded});
    CHECK_FALSE(second.duplicate);
    REQUIRE(second.near.size() == 1);
    CHECK(second.near.front().id == first.id);
    CHECK(second.near.front().similarity > 0.95);
    CHECK(second.near.front().words == 1);
    CHECK(count() == 2);
    CHECK(write_with({}, {.content = reworded}).near.empty());
    CHECK(problems().empty());
}

TEST_CASE_METHOD(NearFixture, "texts that say something else are no near duplicates",
                 "[memory][near]") {
    write(alice, "I like cats");
    write(alice, "Ines has 2 cats at home");
    for (auto const* text :
         {"I don't like cats", "Omar has 2 cats at home", "Ines has 3 cats at home"}) {
        CAPTURE(text);
        CHECK(near({.content = text}, {.similarity = 0, .words = 0.5}).empty());
    }
    CHECK(near({.content = "I like cat food"}, {.similarity = 0}).empty());
    CHECK(near({.content = "i like cats!"}, {.similarity = 0.9, .words = 1}).size() == 1);
}

TEST_CASE_METHOD(NearFixture, "both limits count", "[memory][near]") {
    write(alice, known);
    auto const found = near({.content = fuller}, {.similarity = 0, .words = 0});
    REQUIRE(found.size() == 1);
    auto const [id, similarity, words] = found.front();
    CHECK(near({.content = fuller}, {.similarity = similarity, .words = words}).size() == 1);
    CHECK(near({.content = fuller}, {.similarity = similarity + 0.001, .words = words}).empty());
    CHECK(near({.content = fuller}, {.similarity = similarity, .words = words + 0.001}).empty());
}

TEST_CASE_METHOD(NearFixture, "place, speaker, title and time must be equal", "[memory][near]") {
    auto const at = Timestamp{std::chrono::seconds{1'000'000}};
    write(alice, {.content = known, .scope = {.space = "travel"}, .speaker = "Ines"});
    NewMemory const equal{.content = known, .scope = {.space = "travel"}, .speaker = "Ines"};
    CHECK(near(equal).size() == 1);
    auto const changed = [&](auto change) {
        auto item = equal;
        change(item);
        return near(item).size();
    };
    CHECK(changed([](NewMemory& item) { item.scope.session = "another"; }) == 1);
    CHECK(changed([](NewMemory& item) { item.scope.space = "home"; }) == 0);
    CHECK(changed([](NewMemory& item) { item.scope.subject = "x"; }) == 0);
    CHECK(changed([](NewMemory& item) { item.scope.agent = "x"; }) == 0);
    CHECK(changed([](NewMemory& item) { item.scope.project = "x"; }) == 0);
    CHECK(changed([](NewMemory& item) { item.speaker = "Omar"; }) == 0);
    CHECK(changed([](NewMemory& item) { item.speaker = {}; }) == 0);
    CHECK(changed([](NewMemory& item) { item.title = "A"; }) == 0);
    CHECK(changed([](NewMemory& item) { item.kind = Kind::decision; }) == 0);
    CHECK(changed([&](NewMemory& item) { item.valid_from = at; }) == 0);
    CHECK(memory->near_duplicates(bob, equal).value().empty());
    CHECK(memory->near_duplicates(stranger, equal).value().empty());
}

TEST_CASE_METHOD(NearFixture, "a near duplicate is returned instead of stored", "[memory][near]") {
    auto const first = write(alice, known);
    auto const second = write_with(returning, {.content = fuller});
    CHECK(second.duplicate);
    CHECK(second.memory == first);
    CHECK(second.near.size() == 1);
    CHECK(count() == 1);
}

TEST_CASE_METHOD(NearFixture, "merging keeps the text that says more", "[memory][near]") {
    auto const first = write(alice, known);
    auto const same = write_with(merging, {.content = reworded});
    CHECK(same.duplicate);
    CHECK(same.memory.id == first.id);
    auto const more = write_with(merging, {.content = fuller});
    CHECK_FALSE(more.duplicate);
    CHECK(get(alice, first.id).superseded_by == more.memory.id);
    CHECK(count() == 1);
    auto const less = write_with(merging, {.content = known});
    CHECK(less.duplicate);
    CHECK(less.memory.id == more.memory.id);
    CHECK(count() == 1);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(NearFixture, "items of one call see each other", "[memory][near]") {
    auto const stored =
        memory
            ->write_many(alice, {{.content = known}, {.content = reworded}, {.content = fuller}},
                         merging)
            .value();
    REQUIRE(stored.items.size() == 3);
    auto const first = stored.items[0]->memory.id;
    CHECK(stored.items[1]->duplicate);
    CHECK(stored.items[1]->memory.id == first);
    CHECK_FALSE(stored.items[2]->duplicate);
    CHECK(get(alice, first).superseded_by == stored.items[2]->memory.id);
    CHECK(count() == 1);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(NearFixture, "what has changed since it was compared is no near duplicate",
                 "[memory][near]") {
    auto const first = write(alice, known);
    auto const prepared = memory->prepare(alice, {{.content = reworded}}, returning).value();
    REQUIRE(memory->revise(alice, first.id, {.content = "the user prefers window seats"}));
    auto const stored = database
                            ->write<BatchResult>([&](store::WriteTransaction& transaction) {
                                return memory->write(transaction, alice, {}, prepared, returning);
                            })
                            .value();
    CHECK_FALSE(stored.items.front()->duplicate);
    CHECK(stored.items.front()->near.empty());
}

TEST_CASE_METHOD(NearFixture, "superseded and expired memories are no near duplicates",
                 "[memory][near]") {
    auto const first = write(alice, known);
    REQUIRE(memory->transition(alice, first.id, Transition::expire));
    CHECK(near({.content = known}).empty());
    REQUIRE(memory->transition(alice, first.id, Transition::restore));
    CHECK(near({.content = known}).size() == 1);
}

TEST_CASE_METHOD(NearFixture, "without a vector only equal texts are near duplicates",
                 "[memory][near]") {
    write(alice, known);
    embedder.reachable = false;
    CHECK(near({.content = known}).size() == 1);
    CHECK(near({.content = reworded}).empty());
    CHECK(write_with(returning, {.content = "The user PREFERS the aisle seats on  planes"})
              .duplicate);
}

TEST_CASE_METHOD(NearFixture, "a repeated call gives its near duplicates again", "[memory][near]") {
    write(alice, known);
    IdempotencyKey const key{"once"};
    auto const first = memory->write(alice, {.content = reworded}, reporting, key).value();
    auto const again = memory->write(alice, {.content = reworded}, reporting, key).value();
    CHECK(first.near.size() == 1);
    CHECK(again.near == first.near);
    CHECK(reason_of(memory->write(alice, {.content = reworded}, returning, key)) ==
          "IDEMPOTENCY_KEY_REUSED");
}

TEST_CASE_METHOD(NearFixture, "limits of nearness lie between 0 and 1", "[memory][near]") {
    CHECK(field_of(memory->near_duplicates(alice, {.content = known}, {.similarity = 1.1})) ==
          "near.limits.similarity");
    CHECK(field_of(memory->near_duplicates(alice, {.content = known}, {.words = std::nan("")})) ==
          "near.limits.words");
    CHECK(field_of(memory->near_duplicates(alice, {.content = ""})) == "content");
}
