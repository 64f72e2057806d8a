#include "memory_tables.hpp"

#include <index/stem_tally.hpp>
#include <map>
#include <random>
#include <set>

using namespace loci;
using namespace loci::index;

namespace {

using Place = std::pair<std::string, std::int64_t>;
using Expected = std::map<Place, std::int64_t>;

std::vector<StemCount> list(Expected const& expected) {
    std::vector<StemCount> counts;
    for (auto const& [place, count] : expected) {
        counts.push_back({place.first, place.second, count});
    }
    return counts;
}

std::string random_stem(std::mt19937& random) {
    auto stem = "stem" + std::to_string(random() % 400 * random() % 400);
    return random() % 50 == 0 ? stem + std::string(random() % 2000, 'x') : stem;
}

void check(tests::MemoryTables& tables, StemTally const& tally, Expected const& expected,
           std::mt19937& random) {
    tables.read([&](store::ReadTransaction& transaction) {
        CHECK(tally.read(transaction) == list(expected));
        std::set<std::string> wanted{"a stem that nobody counted"};
        for (int i = 0; i < 5; ++i) {
            wanted.insert(random_stem(random));
        }
        Expected found;
        for (auto const& [place, count] : expected) {
            if (wanted.contains(place.first)) {
                found.emplace(place, count);
            }
        }
        std::vector<std::string_view> const stems{wanted.begin(), wanted.end()};
        CHECK(tally.find(transaction, stems) == list(found));
    });
}

} // namespace

TEST_CASE("counts are summed in order and zeros vanish", "[index][words]") {
    CHECK(summed({{"b", 2, 1}, {"a", 1, 3}, {"b", 1, 5}, {"a", 1, -3}, {"b", 2, 4}}) ==
          std::vector<StemCount>{{"b", 1, 5}, {"b", 2, 5}});
    CHECK(summed({}).empty());
}

TEST_CASE("a tally equals a recount after any history", "[index][words]") {
    auto const seed = GENERATE(1u, 2u);
    CAPTURE(seed);
    std::mt19937 random{seed};
    tests::MemoryTables tables;
    StemTally const tally{TallyKind::owner, 7};
    tables.write([](store::WriteTransaction& transaction) { // neighbours stay as they are
        StemTally{TallyKind::owner, 6}.add(transaction, {{"stem1", 1, 1}});
        StemTally{TallyKind::owner, 8}.add(transaction, {{"stem1", 1, 1}});
        StemTally{TallyKind::episode, 7}.add(transaction, {{"stem1", 0, 1}});
    });
    Expected expected;
    for (int step = 0; step < 600; ++step) { // enough for four levels
        std::vector<StemCount> counts;
        auto const adds = expected.empty() || random() % 8 != 0;
        for (auto stems = random() % 30; stems > 0; --stems) {
            if (adds) {
                counts.push_back({random_stem(random), static_cast<std::int64_t>(random() % 3),
                                  static_cast<std::int64_t>(random() % 300 + 1)});
                continue;
            }
            auto const held = std::next(expected.begin(),
                                        static_cast<std::ptrdiff_t>(random() % expected.size()));
            auto const taken = random() % 2 == 0 ? held->second : (held->second + 1) / 2;
            counts.push_back({held->first.first, held->first.second, taken});
        }
        if (!adds) { // each place once: no more may be taken than is there
            std::map<Place, StemCount> distinct;
            for (auto const& count : counts) {
                distinct.emplace(Place{count.stem, count.place}, count);
            }
            counts.clear();
            for (auto const& [place, count] : distinct) {
                counts.push_back(count);
            }
        }
        for (auto const& count : counts) {
            auto& held = expected[{count.stem, count.place}];
            held += adds ? count.count : -count.count;
        }
        std::erase_if(expected, [](auto const& held) { return held.second == 0; });
        tables.write([&](store::WriteTransaction& transaction) {
            if (adds) {
                tally.add(transaction, summed(std::move(counts)));
            } else {
                tally.subtract(transaction, summed(std::move(counts)));
            }
        });
        if (step % 50 == 0) {
            check(tables, tally, expected, random);
        }
    }
    check(tables, tally, expected, random);
    tables.write([&](store::WriteTransaction& transaction) {
        tally.subtract(transaction, list(expected));
        auto rows = transaction.query("SELECT count(*) FROM stem_tally");
        REQUIRE(rows.next());
        CHECK(rows.integer(0) == 3);
    });
}

TEST_CASE("few segments are left by many additions", "[index][words]") {
    tests::MemoryTables tables;
    StemTally const tally{TallyKind::owner, 1};
    tables.write([&](store::WriteTransaction& transaction) {
        for (int i = 0; i < 1000; ++i) {
            tally.add(transaction, {{"stem" + std::to_string(i), 0, 1}});
        }
    });
    tables.read([&](store::ReadTransaction& transaction) {
        auto rows = transaction.query("SELECT count(DISTINCT segment) FROM stem_tally");
        REQUIRE(rows.next());
        CHECK(rows.integer(0) <= 4 * 7);
        CHECK(tally.read(transaction).size() == 1000);
    });
}

TEST_CASE("what a long text counted is taken out at once", "[index][words]") {
    tests::MemoryTables tables;
    StemTally const tally{TallyKind::owner, 1};
    std::vector<StemCount> all;
    for (int i = 0; i < 5000; ++i) {
        all.push_back({"stem" + std::to_string(i), 0, 2});
    }
    all = summed(std::move(all));
    auto third = all;
    for (std::size_t i = 0; i < third.size(); ++i) {
        third[i].count = i % 3 == 0 ? 0 : 3;
    }
    third = summed(std::move(third));
    auto left = all;
    for (std::size_t i = 0; i < left.size(); ++i) {
        left[i].count = i % 3 == 0 ? 4 : 1;
    }
    tables.write([&](store::WriteTransaction& transaction) {
        StemTally{TallyKind::owner, 2}.add(transaction, all);
        tally.add(transaction, all);
        tally.add(transaction, all);
        tally.subtract(transaction, third);
        CHECK(tally.read(transaction) == left);
        CHECK(StemTally{TallyKind::owner, 2}.read(transaction) == all);
    });
}

TEST_CASE("stems of many episodes are found at once", "[index][words]") {
    tests::MemoryTables tables;
    tables.write([](store::WriteTransaction& transaction) {
        StemTally{TallyKind::episode, 1}.add(transaction, {{"apple", 0, 2}, {"pear", 0, 1}});
        StemTally{TallyKind::episode, 1}.add(transaction, {{"apple", 0, 3}});
        StemTally{TallyKind::episode, 2}.add(transaction, {{"plum", 0, 4}});
        StemTally{TallyKind::episode, 3}.add(transaction, {{"apple", 0, 9}});
        StemTally{TallyKind::owner, 1}.add(transaction, {{"apple", 0, 8}});
    });
    tables.read([](store::ReadTransaction& transaction) {
        std::vector<std::int64_t> const episodes{1, 2};
        std::vector<std::string_view> const stems{"plum", "apple"};
        std::map<std::pair<std::int64_t, std::size_t>, std::int64_t> found;
        find_in_episodes(transaction, episodes, stems,
                         [&](std::int64_t episode, std::size_t stem, std::int64_t count) {
                             found[{episode, stem}] += count;
                         });
        CHECK(found == decltype(found){{{1, 1}, 5}, {{2, 0}, 4}});
    });
}
