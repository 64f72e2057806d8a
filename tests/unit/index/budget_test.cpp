#include "random_rows.hpp"
#include "stored_rows.hpp"

#include <atomic>
#include <index/loader.hpp>
#include <thread>

using namespace loci;
using namespace loci::index;
using namespace loci::tests;

namespace {

constexpr std::size_t dimension = 3;
constexpr std::int64_t owners = 30;
constexpr std::size_t rows_each = 40;

/// Some owners with rows, and one with many.
struct World {
    MemoryTables tables;
    StoredRows rows{tables};
    Catalogue catalogue{std::string{test_model}, dimension};
    RandomRows random{21};
    std::int64_t next_key = 0;

    World() {
        tables.write([&](store::WriteTransaction& transaction) {
            for (std::int64_t owner = 3; owner <= owners; ++owner) {
                transaction.execute("INSERT INTO owner VALUES (?1, 't', ?2)", owner,
                                    "user" + std::to_string(owner));
            }
        });
        for (std::int64_t owner = 1; owner <= owners; ++owner) {
            write(owner, rows_each);
        }
    }

    void write(std::int64_t owner, std::size_t count) {
        tables.write([&](store::WriteTransaction& transaction) {
            std::vector<RowChanges> changes(1);
            changes.front().owner = owner;
            for (std::size_t i = 0; i < count; ++i) {
                auto row = random.row(++next_key);
                row.owner = owner;
                row.recorded_at = transaction.now();
                StoredRows::add(transaction, row);
                changes.front().added.push_back(std::move(row));
            }
            changes.front().change = StoredRows::log(transaction);
            transaction.after_commit([this, changes] { catalogue.apply(changes); });
        });
    }

    std::map<std::int64_t, std::string> rows_of(std::int64_t owner) {
        std::map<std::int64_t, std::string> lines;
        tables.read([&](store::ReadTransaction& transaction) {
            lines = describe(catalogue.view(transaction, owner), dimension);
        });
        return lines;
    }

    std::size_t bytes_of_one() {
        rows_of(1);
        return catalogue.statistics().bytes;
    }
};

} // namespace

TEST_CASE("all owners together keep within the budget", "[index][budget]") {
    World world;
    auto const budget = world.bytes_of_one() * 8;
    world.catalogue.limit_memory(budget);
    for (std::int64_t owner = 1; owner <= owners; ++owner) {
        CHECK(world.rows_of(owner).size() == rows_each);
        CHECK(world.catalogue.statistics().bytes <= budget);
    }
    auto const statistics = world.catalogue.statistics();
    CHECK(statistics.budget == budget);
    CHECK(statistics.loads == owners);
    CHECK(statistics.evictions == owners - statistics.owners);
    CHECK(statistics.owners > 3);
    CHECK(statistics.owners < 12);
    world.rows_of(owners);
    CHECK(world.catalogue.statistics().loads == owners);
    world.rows_of(1);
    CHECK(world.catalogue.statistics().loads == owners + 1);
}

TEST_CASE("an owner that was let go answers as before, and with what came meanwhile",
          "[index][budget]") {
    World world;
    auto const before = world.rows_of(1);
    world.catalogue.limit_memory(world.bytes_of_one() * 2);
    for (std::int64_t owner = 2; owner <= owners; ++owner) {
        world.rows_of(owner);
    }
    auto const loads = world.catalogue.statistics().loads;
    CHECK(world.rows_of(1) == before);
    CHECK(world.catalogue.statistics().loads == loads + 1);
    for (std::int64_t owner = 2; owner <= owners; ++owner) {
        world.rows_of(owner);
    }
    world.write(1, 5);
    auto const after = world.rows_of(1);
    CHECK(after.size() == before.size() + 5);
    CHECK(std::includes(after.begin(), after.end(), before.begin(), before.end()));
}

TEST_CASE("a view stays as it was when its owner is let go and written to", "[index][budget]") {
    World world;
    OwnerView held;
    world.tables.read(
        [&](store::ReadTransaction& transaction) { held = world.catalogue.view(transaction, 1); });
    auto const before = describe(held, dimension);
    world.catalogue.limit_memory(1);
    for (std::int64_t owner = 2; owner <= 4; ++owner) {
        world.rows_of(owner);
    }
    world.write(1, 5);
    auto const loads = world.catalogue.statistics().loads;
    CHECK(world.rows_of(1).size() == rows_each + 5);
    CHECK(world.catalogue.statistics().loads == loads + 1);
    CHECK(describe(held, dimension) == before);
}

TEST_CASE("a write to an owner who is not in memory loads nothing", "[index][budget]") {
    World world;
    CHECK(world.catalogue.statistics().loads == 0);
    CHECK(world.catalogue.statistics().bytes == 0);
    world.write(7, 3);
    CHECK(world.catalogue.statistics().loads == 0);
    world.rows_of(7);
    auto const held = world.catalogue.statistics().bytes;
    world.write(7, 3000);
    CHECK(world.catalogue.statistics().loads == 1);
    CHECK(world.catalogue.statistics().bytes > held * 5);
}

TEST_CASE("a large owner in use is not loaded again because of small ones", "[index][budget]") {
    World world;
    world.write(1, 20'000);
    world.rows_of(1);
    world.catalogue.limit_memory(world.catalogue.statistics().bytes / 2);
    for (std::int64_t owner = 2; owner <= owners; ++owner) {
        world.rows_of(owner);
        world.rows_of(1);
    }
    auto const statistics = world.catalogue.statistics();
    CHECK(statistics.loads == owners);
    CHECK(statistics.owners <= 3);
}

TEST_CASE("views are whole while owners come and go", "[index][budget][concurrency]") {
    World world;
    world.catalogue.limit_memory(world.bytes_of_one() * 4);
    std::atomic<bool> done{false};
    std::atomic<int> views{0};
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> readers;
        for (unsigned thread = 0; thread < 3; ++thread) {
            readers.emplace_back([&, thread] {
                RandomRows random{thread};
                while (!done.load() || views.load() < 60) {
                    auto const owner = static_cast<std::int64_t>(1 + random.below(8));
                    auto const read = world.tables.database.read<store::Done>(
                        [&](store::ReadTransaction& transaction) {
                            auto const view = world.catalogue.view(transaction, owner);
                            auto rows = transaction.query(
                                "SELECT key FROM revision WHERE owner = ?1", owner);
                            while (rows.next()) {
                                wrong += view.position_of(rows.integer(0)) ? 0 : 1;
                            }
                            return Result<store::Done>{store::Done{}};
                        });
                    wrong += read ? 0 : 1;
                    ++views;
                }
            });
        }
        for (int step = 0; step < 150; ++step) {
            world.write(1 + step % 8, 2);
        }
        done = true;
    }
    CHECK(wrong.load() == 0);
    CHECK(world.catalogue.statistics().evictions > 0);
    world.tables.read([&](store::ReadTransaction& transaction) {
        CHECK(world.catalogue.inspect(transaction).empty());
    });
}
