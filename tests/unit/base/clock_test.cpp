#include <loci/base/clock.hpp>

#include <catch2/catch.hpp>
#include <support/manual_clock.hpp>
#include <thread>

namespace {

using namespace loci;
using namespace std::chrono_literals;

struct Example {
    char const* text;
    std::int64_t micros;
};

TEST_CASE("instants are written and read as RFC 3339", "[base][clock]") {
    auto const example = GENERATE(Example{"1970-01-01T00:00:00.000000Z", 0},
                                  Example{"1969-12-31T23:59:59.999999Z", -1},
                                  Example{"2024-02-29T12:00:00.000001Z", 1'709'208'000'000'001},
                                  Example{"2000-02-29T00:00:00.000000Z", 951'782'400'000'000},
                                  Example{"0001-01-01T00:00:00.000000Z", -62'135'596'800'000'000},
                                  Example{"9999-12-31T23:59:59.999999Z", 253'402'300'799'999'999});
    CHECK(format_rfc3339(from_micros(example.micros), 6) == example.text);
    REQUIRE(parse_rfc3339(example.text));
    CHECK(to_micros(*parse_rfc3339(example.text)) == example.micros);
}

TEST_CASE("a written instant is cut, never rounded", "[base][clock]") {
    auto const at = from_micros(1'999'999);
    CHECK(format_rfc3339(at) == "1970-01-01T00:00:01.999Z");
    CHECK(format_rfc3339(at, 0) == "1970-01-01T00:00:01Z");
    CHECK(format_rfc3339(at, 1) == "1970-01-01T00:00:01.9Z");
    CHECK(format_rfc3339(at, 5) == "1970-01-01T00:00:01.99999Z");
    CHECK(format_rfc3339(from_micros(-1), 0) == "1969-12-31T23:59:59Z");
}

TEST_CASE("fractions, offsets and letter case are understood", "[base][clock]") {
    auto const example = GENERATE(
        Example{"1970-01-01T00:00:01Z", 1'000'000}, Example{"1970-01-01T00:00:00.1Z", 100'000},
        Example{"1970-01-01T00:00:00.12Z", 120'000}, Example{"1970-01-01T00:00:00.123Z", 123'000},
        Example{"1970-01-01T00:00:00.1234Z", 123'400},
        Example{"1970-01-01T00:00:00.12345Z", 123'450},
        Example{"1970-01-01T00:00:00.123456Z", 123'456},
        Example{"1970-01-01T00:00:00.1234569Z", 123'456},
        Example{"1970-01-01T00:00:00.12345699Z", 123'456},
        Example{"1970-01-01T00:00:00.123456999Z", 123'456}, Example{"1970-01-01t00:00:00z", 0},
        Example{"1970-01-01T01:00:00+01:00", 0}, Example{"1969-12-31T18:30:00-05:30", 0},
        Example{"1970-01-01T00:00:00-00:00", 0}, Example{"1970-01-01T23:59:00+23:59", 0},
        Example{"2016-12-31T23:59:60Z", 1'483'228'800'000'000},
        Example{"2017-01-01T00:59:60+01:00", 1'483'228'800'000'000});
    CAPTURE(example.text);
    REQUIRE(parse_rfc3339(example.text));
    CHECK(to_micros(*parse_rfc3339(example.text)) == example.micros);
}

TEST_CASE("anything else is not an instant", "[base][clock]") {
    auto const* const text =
        GENERATE("", "2026", "2026-03-20", "2026-03-20T09:00:00", "2026-03-20T09:00Z",
                 "2026-03-20 09:00:00Z", "2026-3-20T09:00:00Z", "2026-03-20T9:00:00Z",
                 "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
                 "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
                 "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
                 "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
                 "2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01:60",
                 "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+01", "2026-01-01T00:00:00ZZ",
                 " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z ", "0000-01-01T00:00:00Z",
                 "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z",
                 "-001-01-01T00:00:00Z", "2026-01-01T00:00:00.-5Z", "20260101T000000Z");
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text));
}

TEST_CASE("the system's clock waits for instants and for stops", "[base][clock]") {
    auto const clock = system_clock();
    auto const start = clock->now();
    CHECK(start > from_micros(1'700'000'000'000'000));
    CHECK(clock->wait_until({}, start + 2ms));
    CHECK(clock->now() >= start + 2ms);
    CHECK(clock->wait_until({}, start - 1h));

    std::stop_source source;
    std::jthread const stopper{[&] { source.request_stop(); }};
    CHECK_FALSE(clock->wait_until(source.get_token(), start + 24h));
}

TEST_CASE("a clock moved by hand wakes who waits", "[base][clock]") {
    tests::ManualClock clock;
    auto const due = clock.now() + 1s;
    bool reached = false;
    std::thread waiter{[&] { reached = clock.wait_until({}, due); }};
    clock.await_waiting(1);
    clock.advance(999ms);
    clock.advance(1ms);
    waiter.join();
    CHECK(reached);
}

} // namespace
