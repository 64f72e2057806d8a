#include "http/input_buffer.hpp"
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>

using loci::server::InputBuffer;

TEST_CASE("what goes in comes out in order", "[http][buffer]") {
    std::mt19937 random(7);
    auto const below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit)(random);
    };
    InputBuffer buffer;
    std::string expected;
    char next = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto const wanted = below(50) + 1;
        auto const room = buffer.prepare(wanted);
        REQUIRE(room.size() >= wanted);
        auto const given = below(wanted);
        for (std::size_t k = 0; k < given; ++k) {
            room[k] = ++next;
            expected += next;
        }
        buffer.commit(given);
        REQUIRE(buffer.text() == expected);
        auto const taken = std::min(below(60), expected.size());
        buffer.consume(taken);
        expected.erase(0, taken);
        REQUIRE(buffer.size() == expected.size());
        REQUIRE(buffer.empty() == expected.empty());
    }
}
