#include <loci/base/random.hpp>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

namespace {

TEST_CASE("the system's generator fills every byte anew", "[base][random]") {
    auto const random = loci::system_random();
    std::array<std::byte, 64> first{};
    std::array<std::byte, 64> second{};
    random->fill(first);
    random->fill(second);
    CHECK(first != second);
    CHECK(std::ranges::count(first, std::byte{0}) < 8);
    random->fill({});
}

} // namespace
