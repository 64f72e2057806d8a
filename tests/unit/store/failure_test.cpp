#include "fixture.hpp"

// What callers are told when the engine fails, and what is in the file then.

namespace loci::store {
namespace {

NoteClosure inserts(std::int64_t key, std::size_t bytes = 1) {
    return [=](WriteTransaction& transaction) {
        return insert(transaction, key, std::string(bytes, 'x'));
    };
}

TEST_CASE("when the disk is full only the guilty closure fails", "[store][failure]") {
    StoreFixture fixture;
    auto options = fixture.options();
    options.maximum_bytes = 1024 * 1024;
    {
        auto database = fixture.open(options);
        auto const results = run_as_group(
            database, {inserts(1), inserts(2, 4 * 1024 * 1024), inserts(3), inserts(4)});
        CHECK(results[0]);
        REQUIRE_FALSE(results[1]);
        CHECK(results[1].error().kind == ErrorKind::unavailable);
        CHECK(results[1].error().reason == "DISK_FULL");
        CHECK(results[2]);
        CHECK(results[3]);
        CHECK(keys(database) == std::vector<std::int64_t>{1, 3, 4});
        CHECK(add(database, 5));
    }
    auto database = fixture.open();
    CHECK(keys(database) == std::vector<std::int64_t>{1, 3, 4, 5});
    CHECK(database.inspect().value().problems.empty());
}

TEST_CASE("a transaction that the engine ended runs again, each closure alone",
          "[store][failure]") {
    StoreFixture fixture;
    auto database = fixture.open_faulty();
    std::vector<int> runs(3, 0);
    auto const counts = [&](std::size_t place) -> NoteClosure {
        return [&, place](WriteTransaction& transaction) -> Outcome<Done> {
            ++runs[place];
            if (place == 1 && runs[place] == 1) {
                fixture.faults->ends_transaction = true;
                fixture.faults->calls_until_failure = 0;
            }
            CHECK(transaction.next("notes") == static_cast<std::int64_t>(place) + 1);
            transaction.record({.tenant = "t", .user = "u", .kind = "note", .action = "write"});
            return insert(transaction, static_cast<std::int64_t>(place) + 1, "x");
        };
    };
    auto const before = database.statistics().commits;
    for (auto const& result : run_as_group(database, {counts(0), counts(1), counts(2)})) {
        CHECK(result);
    }
    CHECK(runs == std::vector<int>{2, 2, 1});
    CHECK(database.statistics().commits == before + 3);
    CHECK(keys(database) == std::vector<std::int64_t>{1, 2, 3});
    CHECK(database.changes(0, 10).value().size() == 3);
}

TEST_CASE("a closure that ends the transaction twice is unavailable", "[store][failure]") {
    StoreFixture fixture;
    auto database = fixture.open_faulty();
    fixture.faults->ends_transaction = true;
    auto const results = run_as_group(database, {inserts(1),
                                                 [&](WriteTransaction& transaction) {
                                                     fixture.faults->calls_until_failure = 0;
                                                     return insert(transaction, 2, "x");
                                                 },
                                                 inserts(3)});
    CHECK(results[0]);
    CHECK(results[1].error().reason == "DISK_FULL");
    CHECK(results[2]);
    CHECK(keys(database) == std::vector<std::int64_t>{1, 3});
}

TEST_CASE("a closure that hides a lost transaction keeps nothing", "[store][failure]") {
    StoreFixture fixture;
    auto database = fixture.open_faulty();
    fixture.faults->ends_transaction = true;
    auto const result = database.write<Done>([&](WriteTransaction& transaction) -> Outcome<Done> {
        try {
            fixture.faults->calls_until_failure = 0;
            return insert(transaction, 1, "x");
        } catch (...) {
            return Done{};
        }
    });
    CHECK(result.error().kind == ErrorKind::internal);
    CHECK(keys(database).empty());
}

TEST_CASE("a full disk found at the commit is no unknown outcome", "[store][failure]") {
    StoreFixture fixture;
    auto database = fixture.open_faulty();
    SECTION("once: the closure runs again") {
        fixture.faults->commits_until_failure = 0;
        CHECK(add(database, 1));
        CHECK(keys(database) == std::vector<std::int64_t>{1});
    }
    SECTION("again: the disk is full") {
        auto const result = database.write<Done>([&](WriteTransaction& transaction) {
            fixture.faults->commits_until_failure = 0;
            return insert(transaction, 1, "x");
        });
        CHECK(result.error().reason == "DISK_FULL");
        CHECK(keys(database).empty());
    }
    CHECK(add(database, 2));
}

TEST_CASE("a failed commit leaves the outcome unknown and stops the writer", "[store][failure]") {
    auto const counts = GENERATE(false, true);
    StoreFixture fixture;
    {
        auto database = fixture.open_faulty();
        CHECK(add(database, 1));
        fixture.faults->failure = Failure::input_output;
        fixture.faults->commits_nevertheless = counts;
        fixture.faults->commits_until_failure = 0;
        auto const results = run_as_group(database, {inserts(2), inserts(3)});
        for (auto const& result : results) {
            CHECK(result.error().kind == ErrorKind::unknown_outcome);
            CHECK(result.error().reason == "COMMIT_UNKNOWN");
        }
        auto const stopped = add(database, 4);
        CHECK(stopped.error().kind == ErrorKind::unavailable);
        CHECK(stopped.error().reason == "STORE_STOPPED");
        CHECK(database.scrub().error().reason == "STORE_STOPPED");
        CHECK_FALSE(keys(database).empty());
    }
    auto database = fixture.open();
    CHECK(keys(database).size() == (counts ? 3u : 1u));
    CHECK(add(database, 4));
}

TEST_CASE("every failure of the engine has its error", "[store][failure]") {
    struct Case {
        Failure failure;
        ErrorKind kind;
        char const* reason;
    };

    auto const expected =
        GENERATE(Case{Failure::busy, ErrorKind::unavailable, "STORE_BUSY"},
                 Case{Failure::full, ErrorKind::unavailable, "DISK_FULL"},
                 Case{Failure::input_output, ErrorKind::unavailable, "STORE_INPUT_OUTPUT"},
                 Case{Failure::cannot_open, ErrorKind::unavailable, "STORE_CANNOT_OPEN"},
                 Case{Failure::corrupt, ErrorKind::corrupt, "DATABASE_CORRUPT"},
                 Case{Failure::foreign, ErrorKind::conflict, "NOT_A_LOCI_DATABASE"},
                 Case{Failure::other, ErrorKind::internal, "STORE_INVARIANT"});
    StoreFixture fixture;
    auto database = fixture.open_faulty();
    auto const result = database.write<Done>([&](WriteTransaction& transaction) {
        fixture.faults->failure = expected.failure;
        fixture.faults->calls_until_failure = 0;
        return insert(transaction, 1, "x");
    });
    CHECK(result.error().kind == expected.kind);
    CHECK(result.error().reason == expected.reason);
    CHECK(keys(database).empty());
    CHECK(add(database, 2));
}

TEST_CASE("a failure at any call of a write leaves it whole or absent", "[store][failure]") {
    for (int call = 0; call < 12; ++call) {
        for (auto const ends : {false, true}) {
            CAPTURE(call, ends);
            StoreFixture fixture;
            {
                auto database = fixture.open_faulty();
                fixture.faults->ends_transaction = ends;
                fixture.faults->calls_until_failure = call;
                auto const written = database.write<Done>([](WriteTransaction& transaction) {
                    transaction.record(
                        {.tenant = "t", .user = "u", .kind = "note", .action = "write"});
                    auto const key = transaction.next("notes");
                    static_cast<void>(insert(transaction, key, "x"));
                    return insert(transaction, key + 100, "x");
                });
                fixture.faults->calls_until_failure = -1;
                CHECK(keys(database).size() == (written ? 2u : 0u));
                CHECK(add(database, 50));
            }
            auto database = fixture.open();
            auto const found = keys(database).size();
            CHECK((found == 1 || found == 3));
            CHECK(database.inspect().value().problems.empty());
        }
    }
}

TEST_CASE("a read that fails says so", "[store][failure]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const wrong_type =
        database.read<std::int64_t>([](ReadTransaction& transaction) -> Result<std::int64_t> {
            auto rows = transaction.query("SELECT 'text'");
            rows.next();
            return rows.integer(0);
        });
    CHECK(wrong_type.error().kind == ErrorKind::internal);
    auto const own =
        database.read<Done>([](ReadTransaction&) -> Result<Done> { return some_error(); });
    CHECK(own.error() == some_error());
    auto const writes = database.read<Done>([](ReadTransaction& transaction) -> Result<Done> {
        transaction.query("DELETE FROM note").next();
        return Done{};
    });
    CHECK(writes.error().kind == ErrorKind::internal);
    auto const thrown = database.read<Done>([](ReadTransaction&) -> Result<Done> { throw 1; });
    CHECK(thrown.error().kind == ErrorKind::internal);
    CHECK(keys(database).empty());
}

} // namespace
} // namespace loci::store
