#include "support/seeded_random.hpp"

#include <catch2/catch.hpp>
#include <identity/key_text.hpp>
#include <loci/runtime/key.hpp>
#include <regex>
#include <set>

namespace loci::runtime {
namespace {

TEST_CASE("each style of key has its own shape", "[runtime][key]") {
    tests::SeededRandom random;
    std::vector<std::pair<KeyStyle, std::string>> const shapes{
        {KeyStyle::memesh, "mk_[0-9A-Za-z]{46}"},
        {KeyStyle::memesh_legacy, "sk_memmesh_[0-9A-Za-z]{40}"},
        {KeyStyle::memorose, "sk_[0-9A-Za-z]{36}"},
        {KeyStyle::memoryrelay, "mem_prod_[0-9a-f]{64}"}};
    std::set<std::string> seen;
    for (auto const& [style, pattern] : shapes) {
        for (int i = 0; i < 100; ++i) {
            auto const secret = mint_secret(style, random);
            REQUIRE(std::regex_match(secret.text, std::regex{pattern}));
            REQUIRE(recognise_style(secret.text) == style);
            REQUIRE(seen.insert(secret.text).second);
        }
        CHECK(parse_key_style(to_string(style)) == style);
    }
}

TEST_CASE("a mistyped key of the default style is noticed by its checksum", "[runtime][key]") {
    tests::SeededRandom random;
    auto const secret = mint_secret(KeyStyle::memesh, random).text;
    for (std::size_t place = 3; place < secret.size(); ++place) {
        auto mistyped = secret;
        mistyped[place] = mistyped[place] == 'a' ? 'b' : 'a';
        REQUIRE_FALSE(recognise_style(mistyped));
    }
    CHECK_FALSE(recognise_style(secret.substr(0, secret.size() - 1)));
    CHECK_FALSE(recognise_style(""));
    CHECK_FALSE(recognise_style("mk_"));
}

TEST_CASE("a masked key shows its prefix, four characters and the last four", "[runtime][key]") {
    MintedSecret const secret{KeyStyle::memesh,
                              "mk_a1b2000000000000000000000000000000000000000000z9y8"};
    CHECK(mask(secret) == "mk_a1b2...z9y8");
    MintedSecret const relay{KeyStyle::memoryrelay,
                             "mem_prod_9c4f" + std::string(56, '0') + "beef"};
    CHECK(mask(relay) == "mem_prod_9c4f...beef");
    CHECK(shown_prefix(relay) == "mem_prod_9c4");
}

TEST_CASE("ids of keys are printed with their prefix", "[runtime][key]") {
    KeyId const id{*parse_uuid("01890a5d-ac96-774b-bcce-b302099a8057")};
    auto const text = to_string(id);
    CHECK(text.starts_with("key_"));
    CHECK(parse_key_id(text) == id);
    CHECK_FALSE(parse_key_id("usr_" + text.substr(4)));
}

} // namespace
} // namespace loci::runtime
