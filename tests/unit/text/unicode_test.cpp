#include "text/unicode.hpp"
#include <catch2/catch.hpp>
#include <loci/base/utf8.hpp>

using namespace loci::text;

TEST_CASE("case folding follows Unicode, not a locale", "[text]") {
    CHECK(case_fold("ABC xyz 09_") == "abc xyz 09_");
    CHECK(case_fold("ΣΊΣΥΦΟΣ") == case_fold("σίσυφος"));
    CHECK(case_fold("Ǆ") == "dž");
    CHECK(case_fold("I") == "i");
    CHECK(case_fold("a\u200Bb\uFE0F") == "ab");
}

TEST_CASE("marks go from alphabets that can be read without them", "[text]") {
    CHECK(strip_marks("crème") == "creme");
    CHECK(strip_marks("ørsted łódź æther œuvre") == "orsted lodz aether oeuvre");
    CHECK(strip_marks("ёж") == "еж");
    CHECK(strip_marks("ά") == "α");
    CHECK(strip_marks("שָׁלוֹם") == "שלום");
    CHECK(strip_marks("हिन्दी") == "हिन्दी");
    CHECK(strip_marks("ガ") == "ガ");
    CHECK(strip_marks("한국") == "한국");
}

TEST_CASE("code points come back as they were written", "[text]") {
    for (char32_t c = 0; c <= 0x10FFFF; c += 13) {
        if (c >= 0xD800 && c <= 0xDFFF) {
            continue;
        }
        std::string text;
        append_code_point(text, c);
        std::size_t position = 0;
        REQUIRE(next_code_point(text, position) == c);
        REQUIRE(position == text.size());
        REQUIRE(loci::is_utf8(text));
    }
}

TEST_CASE("malformed bytes decode to the replacement character", "[text]") {
    auto const text = GENERATE(values<std::string_view>(
        {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8", "\xC3"}));
    std::size_t position = 0;
    CHECK(next_code_point(text, position) == 0xFFFD);
    CHECK(position >= 1);
    CHECK(position <= text.size());
}
