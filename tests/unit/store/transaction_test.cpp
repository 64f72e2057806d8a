#include "fixture.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace loci::store {
namespace {

constexpr Migration value_migrations[] = {
    {1, "CREATE TABLE value (i INTEGER, r REAL, t TEXT, b BLOB, u BLOB, at INTEGER) STRICT"}};

class ValueFixture : public StoreFixture {
public:
    Database open_values() {
        auto with = options();
        with.components = {{.name = "values", .migrations = value_migrations}};
        return open(with);
    }
};

/// Runs a reading that must break an invariant.
void expect_broken(Database& database, std::function<void(Rows&)> const& reading) {
    auto const result = database.read<Done>([&](ReadTransaction& view) -> Result<Done> {
        auto rows = view.query("SELECT i, r, t, b, u, at FROM value");
        REQUIRE(rows.next());
        reading(rows);
        return Done{};
    });
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::internal);
}

TEST_CASE_METHOD(ValueFixture, "every type of value comes back as it went in",
                 "[store][transaction]") {
    auto database = open_values();
    std::array const bytes{std::byte{0}, std::byte{255}};
    Uuid id;
    id.bytes.fill(9);
    auto const at = from_micros(std::numeric_limits<std::int64_t>::min() + 1);
    auto const lowest = std::numeric_limits<std::int64_t>::min();
    CHECK(database.write<Done>([&](WriteTransaction& transaction) -> Outcome<Done> {
        CHECK(transaction.execute("INSERT INTO value VALUES (?1, ?2, ?3, ?4, ?5, ?6)", lowest, 0.5,
                                  "t\xC3\xA9xt", Value::Blob{bytes}, id, at) == 1);
        auto rows = transaction.query("SELECT i, r, t, b, u, at FROM value");
        REQUIRE(rows.next());
        CHECK(rows.integer(0) == lowest);
        CHECK(rows.real(1) == 0.5);
        CHECK(rows.text(2) == "t\xC3\xA9xt");
        CHECK(std::ranges::equal(rows.blob(3), bytes));
        CHECK(rows.uuid(4) == id);
        CHECK(rows.time(5) == at);
        CHECK(rows.optional_integer(0) == lowest);
        CHECK(rows.optional_real(1) == 0.5);
        CHECK(rows.optional_text(2) == "t\xC3\xA9xt");
        CHECK(rows.optional_uuid(4) == id);
        CHECK(rows.optional_time(5) == at);
        CHECK_FALSE(rows.next());
        CHECK_FALSE(rows.next());
        return Done{};
    }));
}

TEST_CASE_METHOD(ValueFixture, "absent and empty values are different", "[store][transaction]") {
    auto database = open_values();
    CHECK(database.write<Done>([&](WriteTransaction& transaction) -> Outcome<Done> {
        transaction.execute("INSERT INTO value VALUES (?1, ?2, ?3, ?4, ?5, ?6)", nullptr,
                            std::optional<double>{}, std::string_view{}, Value::Blob{},
                            std::optional<Uuid>{}, std::optional<Timestamp>{});
        auto rows = transaction.query("SELECT i, r, t, b, u, at FROM value");
        REQUIRE(rows.next());
        CHECK(rows.is_null(0));
        CHECK_FALSE(rows.optional_integer(0));
        CHECK_FALSE(rows.optional_real(1));
        CHECK(rows.text(2).empty());
        CHECK(rows.optional_text(2) == "");
        CHECK(rows.blob(3).empty());
        CHECK_FALSE(rows.is_null(3));
        CHECK_FALSE(rows.optional_uuid(4));
        CHECK_FALSE(rows.optional_time(5));
        return Done{};
    }));
}

TEST_CASE_METHOD(ValueFixture, "reading a column as another type breaks an invariant",
                 "[store][transaction]") {
    auto database = open_values();
    CHECK(database.write<Done>([&](WriteTransaction& transaction) -> Outcome<Done> {
        transaction.execute("INSERT INTO value VALUES (1, 0.5, 'x', x'00', x'0102', NULL)");
        return Done{};
    }));
    expect_broken(database, [](Rows& rows) { rows.integer(1); });
    expect_broken(database, [](Rows& rows) { rows.integer(5); });
    expect_broken(database, [](Rows& rows) { rows.real(2); });
    expect_broken(database, [](Rows& rows) { static_cast<void>(rows.text(3)); });
    expect_broken(database, [](Rows& rows) { static_cast<void>(rows.blob(2)); });
    expect_broken(database, [](Rows& rows) { rows.uuid(4); });
    expect_broken(database, [](Rows& rows) { static_cast<void>(rows.is_null(6)); });
    expect_broken(database, [](Rows& rows) { static_cast<void>(rows.is_null(-1)); });
    expect_broken(database, [](Rows& rows) {
        while (rows.next()) {
        }
        rows.integer(0);
    });
}

TEST_CASE_METHOD(ValueFixture, "a statement takes as many values as it has places",
                 "[store][transaction]") {
    auto database = open_values();
    auto const result = database.write<Done>([](WriteTransaction& transaction) -> Outcome<Done> {
        transaction.execute("INSERT INTO value (i, r) VALUES (?1, ?2)", 1);
        return Done{};
    });
    CHECK(result.error().kind == ErrorKind::internal);
    auto const several = database.write<Done>([](WriteTransaction& transaction) -> Outcome<Done> {
        transaction.execute("DELETE FROM value; DELETE FROM value");
        return Done{};
    });
    CHECK(several.error().kind == ErrorKind::internal);
}

TEST_CASE_METHOD(ValueFixture, "one statement may run within itself", "[store][transaction]") {
    auto database = open_values();
    CHECK(database.write<Done>([](WriteTransaction& transaction) -> Outcome<Done> {
        for (int number = 0; number < 3; ++number) {
            transaction.execute("INSERT INTO value (i) VALUES (?1)", number);
        }
        return Done{};
    }));
    std::vector<std::int64_t> found;
    std::function<void(ReadTransaction&, int)> const descend = [&](ReadTransaction& view,
                                                                   int level) {
        auto rows = view.query("SELECT i FROM value WHERE i >= ?1 ORDER BY i", level);
        while (rows.next()) {
            found.push_back(rows.integer(0));
            if (level < 2) {
                descend(view, level + 1);
            }
        }
    };
    CHECK(database.read<Done>([&](ReadTransaction& view) -> Result<Done> {
        descend(view, 0);
        return Done{};
    }));
    // Each of three rows is followed by the two from 1 on, each of those by the one from 2 on.
    CHECK(found == std::vector<std::int64_t>{0, 1, 2, 2, 2, 1, 1, 2, 2, 2, 2, 1, 2, 2, 2});
}

TEST_CASE_METHOD(ValueFixture, "only a database of the size expected is read ahead",
                 "[store][transaction]") {
    auto database = open_values();
    CHECK(database.read<Done>([](ReadTransaction& view) -> Result<Done> {
        CHECK_FALSE(view.read_ahead(1));
        CHECK(view.read_ahead(std::int64_t{1} << 40));
        return Done{};
    }));
    CHECK(database.write<Done>([](WriteTransaction& transaction) -> Outcome<Done> {
        transaction.execute("INSERT INTO value (i) VALUES (?1)", 1);
        return Done{};
    }));
}

TEST_CASE_METHOD(ValueFixture, "errors do not quote values", "[store][transaction]") {
    StoreFixture fixture;
    auto database = fixture.open();
    auto const result = database.read<Done>([](ReadTransaction& view) -> Result<Done> {
        view.query("SELECT rowid FROM note_words WHERE note_words MATCH ?1", "\"secret").next();
        return Done{};
    });
    CHECK(result.error().kind == ErrorKind::internal);
    CHECK(result.error().message.find("secret") == std::string::npos);
    CHECK(result.error().message.find("SQLite 1)") != std::string::npos);
}

} // namespace
} // namespace loci::store
