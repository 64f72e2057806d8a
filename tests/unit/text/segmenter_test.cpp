#include "text/segmenter.hpp"
#include <catch2/catch.hpp>
#include <string>

using loci::text::segment;
using loci::text::Segment;

namespace {

std::string shown(std::string_view text) {
    std::string result;
    for (auto const& each : segment(text)) {
        constexpr std::string_view letters = "wihue";
        result += letters[static_cast<std::size_t>(each.kind)];
        result.append(":").append(each.text).append(" ");
    }
    return result;
}

} // namespace

TEST_CASE("text is cut where scripts and words change", "[text]") {
    CHECK(shown("abc 猫です한국ไทย😀x") == "w:abc i:猫です h:한국 u:ไทย e:😀 w:x ");
    CHECK(shown("don't 'quoted' dogs'") == "w:don't w:quoted w:dogs ");
    CHECK(shown("1,000 1,00 a,b 1,0000") == "w:1,000 w:1 w:00 w:a w:b w:1 w:0000 ");
    CHECK(shown("ab\"cd א\"ב") == "w:ab w:cd w:א\"ב ");
    CHECK(shown("🇩🇪🇫") == "e:🇩🇪 e:🇫 ");
    CHECK(shown("\u0301\u0301") == "");
    CHECK(shown("") == "");
}

TEST_CASE("malformed bytes separate words and never crash", "[text]") {
    CHECK(shown("ab\xFF"
                "cd") == "w:ab w:cd ");
    CHECK(shown("ab\xE2\x82") == "w:ab ");
}

TEST_CASE("dictionary scripts are cut into words", "[text]") {
    auto const words = loci::text::dictionary_words("ไปเดินป่า");
    CHECK(words == std::vector<std::string_view>{"ไป", "เดิน", "ป่า"});
}
