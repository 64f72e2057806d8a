#include <catch2/catch.hpp>
#include <optional>
#include <records/digest.hpp>
#include <string>

using loci::memory::Digest;
using loci::memory::sha256;

TEST_CASE("sha256 gives the published value of abc", "[memory][digest]") {
    auto const hash = sha256("abc");
    CHECK(std::to_integer<int>(hash.front()) == 0xba);
    CHECK(std::to_integer<int>(hash[1]) == 0x78);
    CHECK(std::to_integer<int>(hash.back()) == 0xad);
}

TEST_CASE("different sequences of fields have different digests", "[memory][digest]") {
    auto const of = [](auto const&... fields) {
        Digest digest;
        (digest.add(fields), ...);
        return digest.finish();
    };
    CHECK(of("ab", "c") != of("a", "bc"));
    CHECK(of("a") != of("a", ""));
    CHECK(of(std::optional<std::string>{}) != of(std::optional<std::string>{""}));
    CHECK(of(1) != of(1.0));
    CHECK(of("1") != of(1));
    CHECK(of(0.1 + 0.2) != of(0.3));
    CHECK(of(std::optional{3}, "x") == of(std::optional{3}, "x"));
}
