#include "store/writer.hpp"

#include "fixture.hpp"

#include <stdexcept>

// What a group of writes promises, through the public face.

namespace loci::store {
namespace {

using namespace std::chrono_literals;

NoteClosure inserts(std::int64_t key) {
    return [key](WriteTransaction& transaction) { return insert(transaction, key, "x"); };
}

TEST_CASE("writes that wait share one commit", "[store][writer]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const before = database.statistics();
    std::vector<NoteClosure> closures;
    for (std::int64_t key = 1; key <= 20; ++key) {
        closures.push_back(inserts(key));
    }
    for (auto const& result : run_as_group(database, closures)) {
        CHECK(result);
    }
    CHECK(database.statistics().commits == before.commits + 1);
    CHECK(database.statistics().closures == before.closures + 21);
    CHECK(keys(database).size() == 20);
}

TEST_CASE("a group closes at its number of closures and at its bytes", "[store][writer]") {
    StoreFixture fixture;
    auto options = fixture.options();
    SECTION("closures") {
        options.group_closures = 3;
    }
    SECTION("bytes") {
        options.group_bytes = 1000;
    }
    auto database = fixture.open(options);
    auto const before = database.statistics().commits;
    std::vector<NoteClosure> closures;
    for (std::int64_t key = 1; key <= 8; ++key) {
        closures.push_back([key](WriteTransaction& transaction) {
            transaction.account(key == 2 || key >= 5 ? 500 : 0);
            return insert(transaction, key, "x");
        });
    }
    for (auto const& result : run_as_group(database, closures)) {
        CHECK(result);
    }
    // With the gate before them: closures 1-2, 3-5, 6-8 or bytes 1-5, 6-7, 8.
    CHECK(database.statistics().commits == before + 3);
}

TEST_CASE("done and refused keep rows, failed and exceptions do not", "[store][writer]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const results =
        run_as_group(database, {inserts(1),
                                [](WriteTransaction& transaction) {
                                    static_cast<void>(insert(transaction, 2, "x"));
                                    return Outcome<Done>::refused(some_error());
                                },
                                [](WriteTransaction& transaction) {
                                    static_cast<void>(insert(transaction, 3, "x"));
                                    return Outcome<Done>::failed(some_error());
                                },
                                [](WriteTransaction& transaction) -> Outcome<Done> {
                                    static_cast<void>(insert(transaction, 4, "x"));
                                    throw std::runtime_error("secret content");
                                },
                                [](WriteTransaction& transaction) -> Outcome<Done> {
                                    static_cast<void>(insert(transaction, 5, "x"));
                                    return insert(transaction, 1, "twice");
                                },
                                [](WriteTransaction& transaction) -> Outcome<Done> {
                                    static_cast<void>(insert(transaction, 6, "x"));
                                    return insert(transaction, 7, std::string{"a\0b", 3});
                                },
                                inserts(8)});
    CHECK(results[0]);
    CHECK(results[1].error() == some_error());
    CHECK(results[2].error() == some_error());
    for (std::size_t place = 3; place <= 5; ++place) {
        CHECK(results[place].error().kind == ErrorKind::internal);
        CHECK(results[place].error().reason == "STORE_INVARIANT");
    }
    CHECK(results[3].error().message.find("secret") == std::string::npos);
    CHECK(results[6]);
    CHECK(keys(database) == std::vector<std::int64_t>{1, 2, 8});
}

TEST_CASE("a write that changes nothing commits nothing", "[store][writer]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const before = database.statistics().commits;
    bool acted = false;
    CHECK(database.write<Done>([&](WriteTransaction& transaction) -> Outcome<Done> {
        transaction.execute("DELETE FROM note WHERE key = 1");
        transaction.after_commit([&] { acted = true; });
        return Done{};
    }));
    CHECK(acted);
    CHECK_FALSE(database.write<Done>([&](WriteTransaction& transaction) {
        static_cast<void>(insert(transaction, 1, "x"));
        return Outcome<Done>::failed(some_error());
    }));
    CHECK(database.statistics().commits == before);
}

TEST_CASE("actions run after the commit and before the answer", "[store][writer]") {
    StoreFixture fixture;
    auto database = fixture.open();
    std::vector<int> order;
    auto const told = database.subscribe([&](std::int64_t number) {
        CHECK(number == 1);
        CHECK(keys(database) == std::vector<std::int64_t>{1});
        order.push_back(2);
    });
    CHECK(database.write<Done>([&](WriteTransaction& transaction) {
        transaction.record({.tenant = "t", .user = "u", .kind = "note", .action = "write"});
        transaction.after_commit([&] { order.push_back(1); });
        return insert(transaction, 1, "x");
    }));
    order.push_back(3);
    CHECK_FALSE(database.write<Done>([&](WriteTransaction& transaction) {
        transaction.record({.tenant = "t", .user = "u", .kind = "note", .action = "write"});
        transaction.after_commit([&] { order.push_back(9); });
        return Outcome<Done>::failed(some_error());
    }));
    CHECK(order == std::vector<int>{1, 2, 3});
}

TEST_CASE("a subscription ends with its handle, also from within", "[store][writer]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const record = [&] {
        return database.write<Done>([](WriteTransaction& transaction) -> Outcome<Done> {
            transaction.record({.tenant = "t", .user = "u", .kind = "note", .action = "write"});
            return Done{};
        });
    };
    int first = 0;
    int second = 0;
    std::shared_ptr<void> once;
    once = database.subscribe([&](std::int64_t) {
        ++first;
        once.reset();
    });
    auto handle = database.subscribe([&](std::int64_t) { ++second; });
    CHECK(record());
    CHECK(record());
    handle.reset();
    CHECK(record());
    CHECK(first == 1);
    CHECK(second == 2);
}

TEST_CASE("a mutation's instant is above every committed one", "[store][writer]") {
    StoreFixture fixture;
    auto& clock = fixture.environment.clock;
    auto const instant = [](Database& database) {
        return database
            .write<Timestamp>([](WriteTransaction& transaction) -> Outcome<Timestamp> {
                transaction.execute("INSERT INTO note (text) VALUES ('x')");
                ReadTransaction& as_reader = transaction;
                CHECK(as_reader.now() == transaction.now());
                return transaction.now();
            })
            .value();
    };
    Timestamp last;
    {
        auto database = fixture.open();
        auto const first = instant(database);
        CHECK(first == clock.now());
        CHECK(instant(database) == first + 1us);
        clock.advance(1s);
        CHECK(instant(database) == clock.now());
        clock.advance(-1h);
        last = instant(database);
        CHECK(last == first + 1s + 1us);
        auto const seen =
            database.read<Timestamp>([](ReadTransaction& transaction) -> Result<Timestamp> {
                CHECK(transaction.now() == transaction.last_commit_time());
                return transaction.last_commit_time();
            });
        CHECK(seen.value() == last);
    }
    clock.advance(-24h);
    auto database = fixture.open();
    CHECK(instant(database) == last + 1us);
}

TEST_CASE("a queue that is full refuses", "[store][writer]") {
    StoreFixture fixture;
    auto options = fixture.options();
    options.queue_limit = 2;
    auto database = fixture.open(options);
    std::atomic<bool> holds = false;
    std::atomic<bool> go = false;
    std::vector<std::thread> callers;
    callers.emplace_back([&] {
        static_cast<void>(database.write<Done>([&](WriteTransaction&) -> Outcome<Done> {
            holds = true;
            go.wait(false);
            return Done{};
        }));
    });
    while (!holds) {
        std::this_thread::yield();
    }
    for (std::int64_t key = 1; key <= 2; ++key) {
        callers.emplace_back([&, key] { static_cast<void>(add(database, key)); });
    }
    while (database.statistics().waiting != 2) {
        std::this_thread::yield();
    }
    auto const refused = add(database, 3);
    go = true;
    go.notify_all();
    for (auto& caller : callers) {
        caller.join();
    }
    CHECK(refused.error().kind == ErrorKind::unavailable);
    CHECK(refused.error().reason == "QUEUE_FULL");
    CHECK(database.statistics().refused_queue_full == 1);
    CHECK(keys(database) == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("a deadline is checked before the closure starts", "[store][writer]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const now = fixture.environment.clock.now();
    bool ran = false;
    auto const late = database.write<Done>(
        [&](WriteTransaction&) -> Outcome<Done> {
            ran = true;
            return Done{};
        },
        now);
    CHECK(late.error().kind == ErrorKind::unavailable);
    CHECK(late.error().reason == "DEADLINE_PASSED");
    CHECK_FALSE(ran);
    CHECK(database.write<Done>(inserts(1), now + 1us));
}

TEST_CASE("a closure that calls its database is refused", "[store][writer]") {
    StoreFixture fixture;
    auto database = fixture.open();
    CHECK(database.write<Done>([&](WriteTransaction&) -> Outcome<Done> {
        CHECK(add(database, 1).error().kind == ErrorKind::internal);
        return Done{};
    }));
}

TEST_CASE("many threads write and each success is seen at once", "[store][writer]") {
    StoreFixture fixture;
    auto database = fixture.open();
    constexpr std::int64_t threads = 8;
    constexpr std::int64_t each = 50;
    std::atomic<int> missing = 0;
    std::vector<std::thread> callers;
    for (std::int64_t thread = 0; thread < threads; ++thread) {
        callers.emplace_back([&, thread] {
            for (std::int64_t round = 0; round < each; ++round) {
                auto const key = thread * each + round;
                auto const added = add(database, key);
                auto const seen = database.read<bool>([&](ReadTransaction& view) -> Result<bool> {
                    return view.query("SELECT 1 FROM note WHERE key = ?1", key).next();
                });
                missing += added.has_value() && seen.has_value() && *seen ? 0 : 1;
            }
        });
    }
    for (auto& caller : callers) {
        caller.join();
    }
    CHECK(missing == 0);
    CHECK(keys(database).size() == threads * each);
}

} // namespace
} // namespace loci::store
