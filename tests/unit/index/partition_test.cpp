#include "random_rows.hpp"

#include <catch2/catch.hpp>
#include <index/loader.hpp>

using namespace loci;
using namespace loci::index;
using loci::tests::RandomRows;

namespace {

constexpr std::size_t dimension = 3;

} // namespace

TEST_CASE("a view stays as it was while rows come, change and go", "[index][partition]") {
    RandomRows random{5};
    auto partition = std::make_shared<Partition>(dimension);
    std::vector<Row> rows;
    for (std::int64_t key = 1; key <= 700; ++key) {
        rows.push_back(random.row(key));
        REQUIRE(partition->append(rows.back()));
    }
    partition->publish();
    OwnerView const before{partition};
    auto const lines = describe(before, dimension);
    CHECK(lines.size() == 700);

    RowChanges changes;
    changes.added.push_back(random.row(701));
    changes.added.back().memory = 5;
    changes.restamped.push_back(rows[300]);
    changes.restamped.back().superseded_at = tests::first_instant;
    changes.erased = {10, 20, 699};
    REQUIRE(partition->apply(changes));

    auto after_lines = describe(before, dimension);
    for (auto const erased : changes.erased) {
        auto const entry = before.entry(static_cast<std::uint32_t>(erased) - 1);
        CHECK_FALSE(entry.erased);
        after_lines.erase(erased);
    }
    for (auto const& [key, line] : after_lines) {
        CHECK(line == lines.at(key));
    }
    OwnerView const after{partition};
    CHECK(after.size() == 701);
    CHECK(describe(after, dimension).size() == 698);
    CHECK(after.entry(4).ended_at == to_micros(changes.added[0].recorded_at));
    CHECK(after.entry(300).memory.superseded_at == to_micros(tests::first_instant));
    CHECK(before.entry(300).memory.superseded_at ==
          (rows[300].superseded_at ? to_micros(*rows[300].superseded_at) : never));
}

TEST_CASE("stamps do not pile up lists of tags", "[index][partition]") {
    RandomRows random{7};
    auto partition = std::make_shared<Partition>(dimension);
    auto row = random.row(1);
    row.tags = {"blue", "green"};
    REQUIRE(partition->append(row));
    partition->publish();
    auto const tags = OwnerView{partition}.entry(0).tags;
    RowChanges changes;
    changes.restamped = {row};
    REQUIRE(partition->apply(changes));
    CHECK(OwnerView{partition}.entry(0).tags == tags);
    CHECK(partition->state().abandoned_texts == 0);
    changes.restamped.front().tags = {"green", "red"};
    REQUIRE(partition->apply(changes));
    auto const others = OwnerView{partition}.entry(0).tags;
    CHECK(others != tags);
    CHECK(partition->texts().tag_lists.tags(others).size() == 2);
    CHECK(partition->texts().tag_lists.size() == 2);
    CHECK(partition->state().abandoned_texts == 2);
}

TEST_CASE("what a memory's revisions share changes in all of them", "[index][partition]") {
    RandomRows random{6};
    auto partition = std::make_shared<Partition>(dimension);
    auto first = random.row(1);
    auto second = first;
    second.key = 2;
    second.revision = 2;
    second.recorded_at = first.recorded_at + std::chrono::hours{1};
    REQUIRE(partition->apply({.added = {first}, .restamped = {}, .erased = {}}));
    REQUIRE(partition->apply({.added = {second}, .restamped = {}, .erased = {}}));
    second.forgotten_at = second.recorded_at + std::chrono::hours{1};
    second.confidence = 0.125;
    REQUIRE(partition->apply({.added = {}, .restamped = {second}, .erased = {}}));

    OwnerView const view{partition};
    CHECK(view.entry(0).ended_at == to_micros(second.recorded_at));
    CHECK(view.entry(0).memory.forgotten_at == to_micros(*second.forgotten_at));
    CHECK(view.entry(0).confidence == first.confidence);
    CHECK(view.entry(1).confidence == 0.125);
    CHECK(view.entry(1).ended_at == never);
}

TEST_CASE("a vector may come after its row", "[index][partition]") {
    RandomRows random{7};
    auto partition = std::make_shared<Partition>(dimension);
    auto row = random.row(1);
    row.vector.clear();
    row.index_state = memory::IndexState::pending;
    REQUIRE(partition->apply({.added = {row}, .restamped = {}, .erased = {}}));
    OwnerView const before{partition};
    row.vector = {0, 1, 0};
    row.index_state = memory::IndexState::ready;
    REQUIRE(partition->apply({.added = {}, .restamped = {row}, .erased = {}}));
    OwnerView const after{partition};
    CHECK_FALSE(before.entry(0).has_vector);
    CHECK(after.entry(0).has_vector);
    std::uint32_t const position = 0;
    CHECK(after.vectors()->score(row.vector, std::span{&position, 1}).front() == 1.0F);
}

TEST_CASE("changes that do not fit the rows are noticed", "[index][partition]") {
    RandomRows random{8};
    Partition partition{dimension};
    REQUIRE(partition.append(random.row(5)));
    auto older = random.row(5);
    CHECK_FALSE(partition.append(older));
    CHECK_FALSE(partition.restamp(random.row(4)));
    auto wrong = random.row(6);
    wrong.vector = {1, 2};
    CHECK_FALSE(partition.append(wrong));
    partition.erase(77);
    partition.publish();
    CHECK(partition.state().size == 1);
    CHECK(partition.state().erased == 0);
}

TEST_CASE("positions are found by key", "[index][partition]") {
    RandomRows random{9};
    auto partition = std::make_shared<Partition>(dimension);
    for (std::int64_t key = 1; key <= 600; ++key) {
        REQUIRE(partition->append(random.row(key * 3)));
    }
    partition->publish();
    OwnerView const view{partition};
    for (std::int64_t key = 0; key <= 1802; ++key) {
        auto const position = view.position_of(key);
        REQUIRE(position.has_value() == (key >= 3 && key <= 1800 && key % 3 == 0));
        if (position) {
            CHECK(view.entry(*position).key == key);
        }
    }
    CHECK_FALSE(OwnerView{}.position_of(1));
}

TEST_CASE("the turns of an episode come in their order, whatever the order of writing",
          "[index][partition]") {
    RandomRows random{11};
    auto partition = std::make_shared<Partition>(dimension);
    auto const write = [&](std::int64_t key, std::optional<std::int64_t> episode,
                           std::optional<std::int64_t> sequence) {
        auto row = random.row(key);
        row.episode = episode;
        row.sequence = sequence;
        REQUIRE(partition->apply({.added = {row}, .restamped = {}, .erased = {}}));
        return row;
    };
    write(1, 7, 5);
    write(2, 7, -3);
    write(3, 7, {});
    write(4, {}, 1);
    write(5, 8, 1);
    auto moving = write(6, 7, 5);
    OwnerView const before{partition};
    moving.episode = 8;
    REQUIRE(partition->apply({.added = {}, .restamped = {moving}, .erased = {}}));
    auto second = moving;
    second.key = 7;
    second.revision = 2;
    second.sequence = 0;
    REQUIRE(partition->apply({.added = {second}, .restamped = {}, .erased = {}}));
    OwnerView const after{partition};
    using Positions = std::vector<std::uint32_t>;
    CHECK(before.turns_of(7) == Positions{1, 0, 5});
    CHECK(before.turns_of(8) == Positions{4});
    CHECK(after.turns_of(7) == Positions{1, 0});
    CHECK(after.turns_of(8) == Positions{5, 6, 4});
    CHECK(after.turns_of(9).empty());
    CHECK(OwnerView{}.turns_of(7).empty());
}

TEST_CASE("a view knows whether any of some rows has a vector", "[index][partition]") {
    RandomRows random{12};
    auto partition = std::make_shared<Partition>(dimension);
    Bitmap with{200};
    Bitmap without{200};
    for (std::int64_t key = 1; key <= 200; ++key) {
        auto const row = random.row(key);
        (row.vector.empty() ? without : with).set(static_cast<std::uint32_t>(key - 1));
        REQUIRE(partition->append(row));
    }
    partition->publish();
    OwnerView const view{partition};
    CHECK(view.has_vectors(with));
    CHECK_FALSE(view.has_vectors(without));
    CHECK_FALSE(view.has_vectors(Bitmap{0}));
}
