#include <loci/base/ids.hpp>

#include <catch2/catch.hpp>
#include <support/manual_clock.hpp>
#include <support/seeded_random.hpp>
#include <unordered_set>

namespace {

using namespace loci;

TEST_CASE("ids are written and read as RFC 4122", "[base][ids]") {
    auto const id = parse_uuid("0123abcd-4567-89ab-CDEF-00112233ff7f");
    REQUIRE(id);
    CHECK(id->bytes[0] == 0x01);
    CHECK(id->bytes[15] == 0x7f);
    CHECK(to_string(*id) == "0123abcd-4567-89ab-cdef-00112233ff7f");
    CHECK_FALSE(id->is_nil());
    CHECK(Uuid{}.is_nil());
    CHECK(parse_uuid("00000000-0000-0000-0000-000000000000") == Uuid{});
}

TEST_CASE("anything else is not an id", "[base][ids]") {
    auto const* const text =
        GENERATE("", "0123abcd456789abcdef00112233ff7f", "{0123abcd-4567-89ab-cdef-00112233ff7f}",
                 "0123abcd-4567-89ab-cdef-00112233ff7", "0123abcd-4567-89ab-cdef-00112233ff7f0",
                 "0123abcg-4567-89ab-cdef-00112233ff7f", "0123abcd-456-789ab-cdef-00112233ff7f",
                 "0123abcd-4567-89ab-cdef+00112233ff7f", "-123abcd-4567-89ab-cdef-00112233ff7f");
    CAPTURE(text);
    CHECK_FALSE(parse_uuid(text));
}

TEST_CASE("prefixed ids are printed as ULIDs are", "[base][ids]") {
    Uuid highest;
    highest.bytes.fill(0xFF);
    CHECK(to_prefixed("run", Uuid{}) == "run_00000000000000000000000000");
    CHECK(to_prefixed("run", highest) == "run_7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
    // The example of the ULID specification.
    auto const known = parse_uuid("01563e3a-b5d3-d676-4c61-efb99302bd5b");
    REQUIRE(known);
    CHECK(to_prefixed("key", *known) == "key_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    CHECK(parse_prefixed("key", "key_01ARZ3NDEKTSV4RRFFQ69G5FAV") == known);
    CHECK(parse_prefixed("key", "KEY_01arz3ndektsv4rrffq69g5fav") == known);
}

TEST_CASE("letters that people confuse are read as digits", "[base][ids]") {
    CHECK(parse_prefixed("a", "a_0000000000000000000000000O") == Uuid{});
    CHECK(parse_prefixed("a", "a_0000000000000000000000000I") ==
          parse_prefixed("a", "a_00000000000000000000000001"));
    CHECK(parse_prefixed("a", "a_0000000000000000000000000l") ==
          parse_prefixed("a", "a_00000000000000000000000001"));
}

TEST_CASE("another prefix or a malformed text is no id", "[base][ids]") {
    auto const* const text = GENERATE(
        "", "run", "run_", "key_00000000000000000000000000", "run-00000000000000000000000000",
        "run_0000000000000000000000000", "run_000000000000000000000000000",
        "run_80000000000000000000000000", "run_0000000000000000000000000U",
        "run_0000000000000000000000000!", "_00000000000000000000000000000");
    CAPTURE(text);
    CHECK_FALSE(parse_prefixed("run", text));
}

TEST_CASE("every id survives its texts", "[base][ids]") {
    tests::ManualClock const clock;
    tests::SeededRandom random{7};
    auto const source = id_source(clock, random);
    for (int round = 0; round < 1000; ++round) {
        auto const id = round % 2 == 0 ? source->random() : source->time_ordered();
        CHECK(parse_uuid(to_string(id)) == id);
        CHECK(parse_prefixed("x", to_prefixed("x", id)) == id);
    }
}

TEST_CASE("new ids carry version and variant", "[base][ids]") {
    tests::ManualClock const clock{from_micros(0x0123'4567'89AB * 1000 + 999)};
    tests::SeededRandom random;
    auto const source = id_source(clock, random);
    std::unordered_set<Uuid> seen;
    for (int round = 0; round < 1000; ++round) {
        auto const four = to_string(source->random());
        auto const seven = to_string(source->time_ordered());
        CHECK(four[14] == '4');
        CHECK(std::string{"89ab"}.find(four[19]) != std::string::npos);
        CHECK(seven.substr(0, 15) == "01234567-89ab-7");
        CHECK(std::string{"89ab"}.find(seven[19]) != std::string::npos);
        seen.insert(*parse_uuid(four));
        seen.insert(*parse_uuid(seven));
    }
    CHECK(seen.size() == 2000);
}

TEST_CASE("time ordered ids sort by their millisecond", "[base][ids]") {
    tests::ManualClock clock;
    tests::SeededRandom random;
    auto const source = id_source(clock, random);
    auto before = source->time_ordered();
    for (int round = 0; round < 100; ++round) {
        clock.advance(std::chrono::milliseconds{1});
        auto const after = source->time_ordered();
        CHECK(before < after);
        CHECK(to_prefixed("x", before) < to_prefixed("x", after));
        before = after;
    }
}

} // namespace
