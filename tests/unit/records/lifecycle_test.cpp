#include <catch2/catch.hpp>
#include <limits>
#include <records/lifecycle.hpp>
#include <string>

using namespace loci::memory;
using loci::from_micros;
using loci::Timestamp;

namespace {

constexpr Timestamp past = from_micros(1'000);
constexpr Timestamp now = from_micros(2'000);

MemoryId const successor{loci::parse_uuid("0b8a3d0e-0000-4000-8000-000000000001").value()};
MemoryId const other{loci::parse_uuid("0b8a3d0e-0000-4000-8000-000000000002").value()};

struct Row {
    std::string name;
    Stamps before;
    LifecycleAction action;
    Stamps after;
};

Stamps const live{};
Stamps const expired{.expired_at = past};
Stamps const superseded{.superseded_at = past, .superseded_by = other};
Stamps const orphaned{.superseded_at = past};
Stamps const contested{.contested_at = past};

Stamps counted(Stamps stamps) {
    stamps.validation_count += 1;
    stamps.last_validated_at = now;
    return stamps;
}

std::vector<Row> table() {
    using enum LifecycleAction;
    Stamps expired_now = live;
    expired_now.expired_at = now;
    Stamps superseded_and_expired = superseded;
    superseded_and_expired.expired_at = now;
    Stamps orphaned_and_expired = orphaned;
    orphaned_and_expired.expired_at = now;
    Stamps contested_and_expired = contested;
    contested_and_expired.expired_at = now;
    Stamps superseded_now = live;
    superseded_now.superseded_at = now;
    superseded_now.superseded_by = successor;
    Stamps expired_and_superseded = superseded_now;
    expired_and_superseded.expired_at = past;
    Stamps contested_and_superseded = superseded_now;
    contested_and_superseded.contested_at = past;
    Stamps contested_now = live;
    contested_now.contested_at = now;
    Stamps expired_and_contested = expired;
    expired_and_contested.contested_at = now;
    Stamps superseded_and_contested = superseded;
    superseded_and_contested.contested_at = now;
    Stamps orphaned_and_contested = orphaned;
    orphaned_and_contested.contested_at = now;
    return {
        {"live, expire", live, expire, expired_now},
        {"live, restore", live, restore, live},
        {"live, supersede", live, supersede, superseded_now},
        {"live, contest", live, contest, contested_now},
        {"live, validate", live, validate, counted(live)},
        {"expired, expire", expired, expire, expired},
        {"expired, restore", expired, restore, live},
        {"expired, supersede", expired, supersede, expired_and_superseded},
        {"expired, contest", expired, contest, expired_and_contested},
        {"expired, validate", expired, validate, counted(expired)},
        {"superseded, expire", superseded, expire, superseded_and_expired},
        {"superseded, restore", superseded, restore, superseded},
        {"superseded, contest", superseded, contest, superseded_and_contested},
        {"superseded, validate", superseded, validate, counted(superseded)},
        {"orphaned, expire", orphaned, expire, orphaned_and_expired},
        {"orphaned, restore", orphaned, restore, live},
        {"orphaned, supersede", orphaned, supersede, superseded_now},
        {"orphaned, contest", orphaned, contest, orphaned_and_contested},
        {"orphaned, validate", orphaned, validate, counted(orphaned)},
        {"contested, expire", contested, expire, contested_and_expired},
        {"contested, restore", contested, restore, contested},
        {"contested, supersede", contested, supersede, contested_and_superseded},
        {"contested, contest", contested, contest, contested},
        {"contested, validate", contested, validate, counted(live)},
    };
}

} // namespace

TEST_CASE("every event on every state does what the table says", "[memory][lifecycle]") {
    for (auto const& row : table()) {
        INFO(row.name);
        auto const after = apply(row.before, {row.action, successor}, now);
        REQUIRE(after.has_value());
        CHECK(*after == row.after);
    }
}

TEST_CASE("a memory is superseded once", "[memory][lifecycle]") {
    auto const again = apply(superseded, {LifecycleAction::supersede, successor}, now);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().kind == loci::ErrorKind::conflict);
    CHECK(again.error().reason == "ALREADY_SUPERSEDED");
}

TEST_CASE("a count that an import set to the highest stays there", "[memory][lifecycle]") {
    constexpr auto highest = std::numeric_limits<int>::max();
    auto const after =
        apply({.validation_count = highest}, {LifecycleAction::validate, std::nullopt}, now);
    REQUIRE(after.has_value());
    CHECK(after->validation_count == highest);
    CHECK(after->last_validated_at == now);
}

TEST_CASE("nothing happens to a forgotten memory", "[memory][lifecycle]") {
    using enum LifecycleAction;
    for (auto const action : {expire, restore, supersede, contest, validate}) {
        auto const after = apply({.forgotten_at = past}, {action, successor}, now);
        REQUIRE_FALSE(after.has_value());
        CHECK(after.error().kind == loci::ErrorKind::not_found);
    }
}

TEST_CASE("stamps go into a record and come back", "[memory][lifecycle]") {
    Stamps const all{.validation_count = 3,
                     .last_validated_at = past,
                     .superseded_at = now,
                     .superseded_by = other,
                     .expired_at = past,
                     .contested_at = now,
                     .forgotten_at = past};
    Record record;
    set_stamps(record, all);
    CHECK(stamps_of(record) == all);
}
