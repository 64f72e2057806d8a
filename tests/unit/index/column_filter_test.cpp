#include "random_filters.hpp"

#include <catch2/catch.hpp>
#include <index/column_filter.hpp>
#include <map>

using namespace loci;
using namespace loci::index;
using loci::tests::first_instant;
using loci::tests::RandomRows;

namespace {

/// Rows of more than one chunk that are written, revised, stamped and erased.
struct History {
    RandomRows random;
    Partition partition{3};
    std::map<std::int64_t, Row> current; // by memory
    std::int64_t next_key = 0;

    explicit History(unsigned seed)
        : random(seed) {}

    Row& any() {
        return std::next(current.begin(), static_cast<long>(random.below(current.size())))->second;
    }

    void change(RowChanges& changes) {
        auto& row = any();
        switch (random.below(4)) {
        case 0:
            row.key = ++next_key;
            ++row.revision;
            row.recorded_at += std::chrono::hours{1 + random.below(9)};
            row.tags = random.some_of(random.words);
            changes.added.push_back(row);
            break;
        case 1:
            changes.erased.push_back(row.key);
            current.erase(row.memory);
            break;
        default:
            random.stamp(row);
            row.scope.session = random.maybe(random.words);
            changes.restamped.push_back(row);
        }
    }

    void step() {
        RowChanges changes;
        for (auto count = random.below(40); count > 0; --count) {
            auto row = random.row(++next_key);
            current.emplace(row.memory, row);
            changes.added.push_back(row);
        }
        REQUIRE(partition.apply(changes));
        RowChanges change_of_one;
        if (!current.empty()) {
            change(change_of_one);
        }
        REQUIRE(partition.apply(change_of_one));
    }
};

void check_equal_to_rows(EntryFilter const& filter, PartitionState const& state) {
    auto const columns = admitted_rows(filter, state);
    std::vector<std::uint32_t> found;
    columns.for_each([&](std::uint32_t position) { found.push_back(position); });
    std::vector<std::uint32_t> expected;
    for (std::uint32_t position = 0; position < state.size; ++position) {
        if (filter.admits(entry_at(state, position))) {
            expected.push_back(position);
        }
    }
    CHECK(found == expected);
}

} // namespace

TEST_CASE("columns admit what rows do, whatever happened to them", "[index][filter]") {
    auto const seed = GENERATE(range(1u, 4u));
    CAPTURE(seed);
    History history{seed};
    auto const settings = tests::filter_settings();
    for (int round = 0; round < 300; ++round) {
        history.step();
        auto const state = history.partition.state();
        if (round % 10 != 9) {
            continue;
        }
        for (auto const hour : {10, 30, 99}) {
            auto const at = first_instant + std::chrono::hours{hour};
            memory::Filter filter{.view = history.random.chance(2) ? memory::View{}
                                                                   : memory::View::everything()};
            if (!history.random.chance(3)) {
                history.random.pick(settings)(history.random, filter);
            }
            CAPTURE(round, hour);
            check_equal_to_rows(
                EntryFilter{filter, history.partition.texts(), {.now = at, .last_commit = at}},
                state);
        }
    }
    CHECK(history.partition.state().size > 2 * chunk_rows);
}

TEST_CASE("a choice of many texts is admitted as one of few", "[index][filter]") {
    RandomRows random{3};
    Partition partition{3};
    std::vector<std::string> wanted;
    for (std::int64_t key = 1; key <= 300; ++key) {
        auto row = random.row(key);
        row.scope.session = "s" + std::to_string(key % 60);
        if (key % 5 == 0) {
            wanted.push_back(*row.scope.session);
        }
        REQUIRE(partition.append(row));
    }
    partition.publish();
    memory::Filter filter{.view = memory::View::everything()};
    filter.view.forgotten = true;
    filter.scope.session = OneOf{wanted};
    auto const at = first_instant + std::chrono::hours{99};
    EntryFilter const ready{filter, partition.texts(), {.now = at, .last_commit = at}};
    check_equal_to_rows(ready, partition.state());
    CHECK(admitted_rows(ready, partition.state()).count() == 60);
}
