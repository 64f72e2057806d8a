#include "random_rows.hpp"
#include "stored_rows.hpp"
#include "support/faulty_engine.hpp"

#include <atomic>
#include <future>
#include <index/loader.hpp>
#include <thread>

using namespace loci;
using namespace loci::index;
using namespace loci::tests;

namespace {

constexpr std::size_t dimension = 3;

/// A database and its catalogue, kept in step as the write path does it.
struct World {
    MemoryTables tables;
    StoredRows rows{tables};
    Catalogue catalogue{std::string{test_model}, dimension};
    RandomRows random;
    std::map<std::int64_t, Row> current; // by memory
    std::map<std::int64_t, std::vector<std::int64_t>> keys;
    std::int64_t next_key = 0;
    bool apply_changes = true;

    explicit World(unsigned seed, std::unique_ptr<store::Engine> engine = store::sqlite_engine())
        : tables(std::move(engine))
        , random(seed) {}

    /// One random mutation: new memories, a revision, a stamp, a late vector, or an erasure.
    void mutate() {
        tables.write([&](store::WriteTransaction& transaction) {
            std::vector<RowChanges> changes(1);
            changes.front().owner = 1;
            auto const choice = current.empty() ? 0 : random.below(10);
            if (choice < 5) {
                add(transaction, changes.front());
            } else {
                auto const chosen =
                    std::next(current.begin(), static_cast<long>(random.below(current.size())));
                change(transaction, changes.front(), chosen->second, choice);
            }
            changes.front().change = StoredRows::log(transaction);
            if (apply_changes) {
                transaction.after_commit([this, changes] { catalogue.apply(changes); });
            }
        });
    }

    void add(store::WriteTransaction& transaction, RowChanges& changes) {
        for (auto count = 1 + random.below(3); count > 0; --count) {
            auto row = random.row(++next_key);
            row.recorded_at = transaction.now();
            StoredRows::add(transaction, row);
            keys[row.memory] = {row.key};
            current.emplace(row.memory, row);
            changes.added.push_back(row);
        }
    }

    void change(store::WriteTransaction& transaction, RowChanges& changes, Row& row,
                std::size_t choice) {
        if (choice < 7) {
            row.key = ++next_key;
            ++row.revision;
            row.recorded_at = transaction.now();
            row.tags = random.some_of(random.words);
            row.vector = {0, 0, 1};
            StoredRows::add(transaction, row);
            keys[row.memory].push_back(row.key);
            changes.added.push_back(row);
        } else if (choice < 9) {
            random.stamp(row);
            row.updated_at = transaction.now();
            if (row.vector.empty()) {
                row.vector = {0, 1, 0};
                row.index_state = memory::IndexState::ready;
            }
            StoredRows::stamp(transaction, row);
            changes.restamped.push_back(row);
        } else {
            auto const number = row.memory;
            for (auto const key : keys[number]) {
                StoredRows::erase(transaction, key, number);
                changes.erased.push_back(key);
            }
            keys.erase(number);
            current.erase(number);
        }
    }

    void check_equal_to_rows() {
        tables.read([&](store::ReadTransaction& transaction) {
            auto const held = describe(catalogue.view(transaction, 1), dimension);
            auto const stored = describe(
                OwnerView{load_partition(transaction, 1, test_model, dimension)}, dimension);
            CHECK(held == stored);
            CHECK(catalogue.inspect(transaction).empty());
        });
    }
};

} // namespace

TEST_CASE("a catalogue that was kept up equals one that is loaded", "[index][catalogue]") {
    auto const seed = GENERATE(range(1u, 4u));
    CAPTURE(seed);
    World world{seed};
    for (int round = 0; round < 12; ++round) {
        for (int step = 0; step < 25; ++step) {
            world.mutate();
        }
        world.check_equal_to_rows();
        if (round == 6) {
            world.catalogue.drop_all();
        }
    }
}

TEST_CASE("a mutation that was never applied is loaded, not missed", "[index][catalogue]") {
    World world{9};
    world.mutate();
    world.check_equal_to_rows();
    world.apply_changes = false;
    world.mutate();
    world.check_equal_to_rows();
}

TEST_CASE("rows that cannot be applied mark the owner for loading", "[index][catalogue]") {
    World world{10};
    world.mutate();
    world.check_equal_to_rows();
    RowChanges wrong{.owner = 1, .change = 1000, .added = {}, .restamped = {}, .erased = {}};
    wrong.restamped.push_back(world.random.row(777));
    world.catalogue.apply(std::span{&wrong, 1});
    world.check_equal_to_rows();
    world.mutate();
    world.check_equal_to_rows();
}

TEST_CASE("changes without rows keep a view fresh once they are reached", "[index][catalogue]") {
    World world{11};
    world.mutate();
    world.check_equal_to_rows();
    std::int64_t change = 0;
    world.tables.write(
        [&](store::WriteTransaction& transaction) { change = StoredRows::log(transaction); });
    world.catalogue.reached(change);
    world.check_equal_to_rows();
}

TEST_CASE("a view of an older snapshot installs nothing that lacks later changes",
          "[index][catalogue]") {
    World world{12};
    world.mutate();
    world.tables.read([&](store::ReadTransaction& old_snapshot) {
        auto const rows_before =
            describe(OwnerView{load_partition(old_snapshot, 1, test_model, dimension)}, dimension);
        REQUIRE(old_snapshot.last_change() == 1);
        world.mutate();
        CHECK(describe(world.catalogue.view(old_snapshot, 1), dimension) == rows_before);
    });
    world.check_equal_to_rows();
}

TEST_CASE("nobody waits for a loader whose rows will not be kept", "[index][catalogue]") {
    auto const faults = std::make_shared<Faults>();
    std::atomic<bool> loads = false;
    std::optional<World> world;
    std::future<std::size_t> newcomer;
    auto ended = std::future_status::timeout;
    faults->before_read = [&] {
        if (!loads.exchange(false)) {
            return;
        }
        newcomer = std::async(std::launch::async, [&] {
            std::size_t rows = 0;
            world->tables.read([&](store::ReadTransaction& transaction) {
                rows = world->catalogue.view(transaction, 1).size();
            });
            return rows;
        });
        ended = newcomer.wait_for(std::chrono::seconds{10});
    };
    world.emplace(15u, std::make_unique<FaultyEngine>(faults));
    world->mutate();
    world->tables.read([&](store::ReadTransaction& old_snapshot) {
        world->mutate();
        loads = true;
        world->catalogue.view(old_snapshot, 1);
    });
    CHECK(ended == std::future_status::ready);
    REQUIRE(newcomer.valid());
    CHECK(newcomer.get() == static_cast<std::size_t>(world->next_key));
    world->check_equal_to_rows();
}

TEST_CASE("many erased rows lead to a rebuild that loses nothing", "[index][catalogue]") {
    World world{13};
    world.tables.write([&](store::WriteTransaction& transaction) {
        for (std::int64_t key = 1; key <= 3000; ++key) {
            auto row = world.random.row(key);
            row.recorded_at = transaction.now();
            StoredRows::add(transaction, row);
        }
        StoredRows::log(transaction);
    });
    world.check_equal_to_rows();
    world.tables.write([&](store::WriteTransaction& transaction) {
        RowChanges changes{.owner = 1, .change = 0, .added = {}, .restamped = {}, .erased = {}};
        for (std::int64_t key = 1; key <= 1500; ++key) {
            StoredRows::erase(transaction, key, key);
            changes.erased.push_back(key);
        }
        changes.change = StoredRows::log(transaction);
        transaction.after_commit([&world, changes] { world.catalogue.apply({&changes, 1}); });
    });
    world.tables.read([&](store::ReadTransaction& transaction) {
        CHECK(world.catalogue.view(transaction, 1).size() == 1500);
    });
    world.check_equal_to_rows();
}

static bool is_stored(World& world, std::int64_t key) {
    return world.tables.database
        .read<bool>([&](store::ReadTransaction& transaction) {
            auto rows = transaction.query("SELECT 1 FROM revision WHERE key = ?1", key);
            return Result<bool>{rows.next()};
        })
        .value();
}

TEST_CASE("views that are taken while rows change are whole", "[index][catalogue][concurrency]") {
    World world{14};
    world.mutate();
    std::atomic<bool> done{false};
    std::atomic<int> views{0};
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> readers;
        for (int thread = 0; thread < 3; ++thread) {
            readers.emplace_back([&, thread] {
                while (!done.load() || views.load() < 30) {
                    std::int64_t missing = 0;
                    auto const seen = world.tables.database.read<store::Done>(
                        [&](store::ReadTransaction& transaction) {
                            auto const view = world.catalogue.view(transaction, 1);
                            auto rows =
                                transaction.query("SELECT max(key) FROM revision WHERE owner = 1");
                            rows.next();
                            auto const newest = rows.optional_integer(0).value_or(0);
                            auto const lines = describe(view, dimension);
                            missing = newest > 0 && !view.position_of(newest) ? newest : 0;
                            return Result<store::Done>{store::Done{}};
                        });
                    wrong += seen ? 0 : 1;
                    // A view may be newer than the snapshot: then the row must have been erased.
                    wrong += missing > 0 && is_stored(world, missing) ? 1 : 0;
                    ++views;
                    if (thread == 0 && views.load() % 7 == 0) {
                        world.catalogue.drop_all();
                    }
                }
            });
        }
        for (int step = 0; step < 150; ++step) {
            world.mutate();
        }
        done = true;
    }
    CHECK(wrong.load() == 0);
    world.check_equal_to_rows();
}
