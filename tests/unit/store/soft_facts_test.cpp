#include "fixture.hpp"

namespace loci::store {
namespace {

using namespace std::chrono_literals;

std::function<void(WriteTransaction&)> notes(std::int64_t key, std::string text = "soft") {
    return [key, text](WriteTransaction& transaction) {
        transaction.execute("INSERT INTO note (key, text) VALUES (?1, ?2)"
                            " ON CONFLICT (key) DO UPDATE SET text = excluded.text",
                            key, text);
    };
}

/// Waits until the writer has made this many commits.
void await_commits(Database& database, std::uint64_t commits) {
    while (database.statistics().commits < commits) {
        std::this_thread::yield();
    }
}

TEST_CASE("soft facts ride along with the next commit", "[store][soft]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const before = database.statistics().commits;
    database.note_softly("a", notes(10));
    database.note_softly("b", notes(11));
    database.note_softly("a", notes(12));
    CHECK(keys(database).empty());
    CHECK(add(database, 1));
    CHECK(keys(database) == std::vector<std::int64_t>{1, 11, 12});
    CHECK(database.statistics().commits == before + 1);
}

TEST_CASE("soft facts wait for their delay at most", "[store][soft]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const before = database.statistics().commits;
    auto& clock = fixture.environment.clock;
    database.note_softly("a", notes(10));
    clock.await_waiting(1);
    clock.advance(29s);
    database.note_softly("b", notes(11));
    CHECK(database.statistics().commits == before);
    clock.advance(1s);
    await_commits(database, before + 1);
    CHECK(keys(database) == std::vector<std::int64_t>{10, 11});
}

TEST_CASE("a write wakes the writer that waits with soft facts", "[store][soft]") {
    StoreFixture fixture;
    auto database = fixture.open();
    for (std::int64_t round = 0; round < 50; ++round) {
        database.note_softly("a", notes(1000 + round));
        if (round % 2 == 0) {
            fixture.environment.clock.await_waiting(1);
        }
        CHECK(add(database, round));
    }
    CHECK(keys(database).size() == 100);
}

TEST_CASE("a soft fact that throws disturbs nobody", "[store][soft]") {
    StoreFixture fixture;
    auto database = fixture.open();
    database.note_softly("a", [](WriteTransaction& transaction) {
        static_cast<void>(insert(transaction, 10, "x"));
        throw 1;
    });
    database.note_softly("b", notes(11));
    CHECK(add(database, 1));
    CHECK(keys(database) == std::vector<std::int64_t>{1, 11});
}

TEST_CASE("soft facts that end the transaction are dropped, writes stay", "[store][soft]") {
    StoreFixture fixture;
    auto database = fixture.open_faulty();
    fixture.faults->ends_transaction = true;
    database.note_softly("a", [&](WriteTransaction& transaction) {
        fixture.faults->calls_until_failure = 0;
        static_cast<void>(insert(transaction, 10, "x"));
    });
    CHECK(add(database, 1));
    CHECK(add(database, 2));
    CHECK(keys(database) == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("closing writes the soft facts", "[store][soft]") {
    StoreFixture fixture;
    {
        auto database = fixture.open();
        database.note_softly("a", notes(10));
    }
    auto database = fixture.open();
    CHECK(keys(database) == std::vector<std::int64_t>{10});
}

TEST_CASE("very many soft facts are written before their delay", "[store][soft]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const before = database.statistics().commits;
    for (std::int64_t key = 1; key <= 4096; ++key) {
        database.note_softly(std::to_string(key), notes(key));
    }
    await_commits(database, before + 1);
    CHECK(keys(database).size() == 4096);
}

} // namespace
} // namespace loci::store
