#include "store/ledger.hpp"

#include "fixture.hpp"

// Named sequences and the change log.

namespace loci::store {
namespace {

using namespace std::chrono_literals;

Change change_of(std::string action, std::optional<std::int64_t> revision = {}) {
    return {.tenant = "t",
            .user = "u",
            .kind = "note",
            .action = std::move(action),
            .id = *parse_uuid("01234567-89ab-4def-8123-456789abcdef"),
            .revision = revision};
}

NoteClosure records(int count) {
    return [count](WriteTransaction& transaction) -> Outcome<Done> {
        for (int each = 0; each < count; ++each) {
            transaction.record(change_of("write"));
        }
        return Done{};
    };
}

std::vector<std::int64_t> numbers(Database& database, std::int64_t after = 0) {
    std::vector<std::int64_t> found;
    for (auto const& change : database.changes(after, 100'000).value()) {
        found.push_back(change.number);
    }
    return found;
}

TEST_CASE("sequences and changes are undone with their closure", "[store][ledger]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const results =
        run_as_group(database, {[](WriteTransaction& transaction) -> Outcome<Done> {
                                    CHECK(transaction.next("a") == 1);
                                    CHECK(transaction.next("a") == 2);
                                    CHECK(transaction.next("b") == 1);
                                    CHECK(transaction.record(change_of("write", 2)) == 1);
                                    CHECK(transaction.last_change() == 1);
                                    return Done{};
                                },
                                [](WriteTransaction& transaction) {
                                    CHECK(transaction.next("a") == 3);
                                    CHECK(transaction.next("a") == 4);
                                    CHECK(transaction.next("c") == 1);
                                    CHECK(transaction.record(change_of("write")) == 2);
                                    CHECK(transaction.record(change_of("write")) == 3);
                                    return Outcome<Done>::failed(some_error());
                                },
                                [](WriteTransaction& transaction) {
                                    CHECK(transaction.next("a") == 3);
                                    CHECK(transaction.next("c") == 1);
                                    CHECK(transaction.record(change_of("refuse")) == 2);
                                    return Outcome<Done>::refused(some_error());
                                },
                                [](WriteTransaction& transaction) -> Outcome<Done> {
                                    CHECK(transaction.next("a") == 4);
                                    throw 1;
                                }});
    CHECK(results[0]);
    auto const changes = database.changes(0, 10).value();
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].number == 1);
    CHECK(changes[0].change == change_of("write", 2));
    CHECK(changes[1].change == change_of("refuse"));
    CHECK(changes[0].at < changes[1].at);
}

TEST_CASE("numbers go on after a restart, also when rows are gone", "[store][ledger]") {
    StoreFixture fixture;
    auto const next = [](Database& database) {
        return database
            .write<std::int64_t>([](WriteTransaction& transaction) -> Outcome<std::int64_t> {
                auto const key = transaction.next("note");
                static_cast<void>(insert(transaction, key, "x"));
                transaction.execute("DELETE FROM note WHERE key = ?1", key);
                transaction.record(change_of("erase"));
                return key;
            })
            .value();
    };
    for (std::int64_t round = 1; round <= 3; ++round) {
        auto database = fixture.open();
        CHECK(next(database) == round);
        CHECK(numbers(database).back() == round);
    }
}

TEST_CASE("a sequence is kept although no row was written", "[store][ledger]") {
    StoreFixture fixture;
    auto const next = [](WriteTransaction& transaction) -> Outcome<std::int64_t> {
        return transaction.next("number");
    };
    CHECK(fixture.open().write<std::int64_t>(next).value() == 1);
    CHECK(fixture.open().write<std::int64_t>(next).value() == 2);
}

TEST_CASE("changes are read in pages", "[store][ledger]") {
    StoreFixture fixture;
    auto database = fixture.open();
    CHECK(database.changes(0, 10).value().empty());
    CHECK(database.write<Done>(records(10)));
    CHECK(numbers(database, 7) == std::vector<std::int64_t>{8, 9, 10});
    CHECK(database.changes(2, 3).value().size() == 3);
    CHECK(database.changes(2, 3).value().front().number == 3);
    CHECK(database.changes(10, 3).value().empty());
    CHECK(database.changes(99, 3).value().empty());
    auto const seen = database.read<std::int64_t>(
        [](ReadTransaction& view) -> Result<std::int64_t> { return view.last_change(); });
    CHECK(seen.value() == 10);
}

TEST_CASE("changes older than a week go, in small steps", "[store][ledger]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto& clock = fixture.environment.clock;
    CHECK(database.write<Done>(records(600)));
    clock.advance(7 * 24h);
    CHECK(database.write<Done>(records(1)));
    CHECK(numbers(database).size() == 601);
    clock.advance(1h);
    CHECK(database.write<Done>(records(1)));
    auto const expired = database.changes(0, 10);
    CHECK(expired.error().kind == ErrorKind::conflict);
    CHECK(expired.error().reason == "CHANGES_EXPIRED");
    CHECK(numbers(database, 300).size() == 302);
    CHECK(database.write<Done>(records(1)));
    CHECK(database.write<Done>(records(1)));
    CHECK(numbers(database, 600) == std::vector<std::int64_t>{601, 602, 603, 604});
    CHECK_FALSE(database.changes(599, 1));
    CHECK(database.inspect().value().problems.empty());
}

TEST_CASE("changes beyond the number of rows kept go", "[store][ledger]") {
    StoreFixture fixture;
    auto options = fixture.options();
    options.change_log_rows = 5;
    auto database = fixture.open(options);
    for (int round = 0; round < 10; ++round) {
        CHECK(database.write<Done>(records(2)));
    }
    CHECK(numbers(database, 15) == std::vector<std::int64_t>{16, 17, 18, 19, 20});
    CHECK_FALSE(database.changes(14, 1));
    CHECK(database.write<Done>(records(300)));
    CHECK(numbers(database, 315).size() == 5);
    CHECK_FALSE(database.changes(314, 1));
}

} // namespace
} // namespace loci::store
