#include <loci/base/utf8.hpp>

#include <catch2/catch.hpp>

namespace {

using namespace loci;
using namespace std::string_view_literals;

TEST_CASE("well-formed text is told from malformed text", "[base][utf8]") {
    for (auto const text :
         {""sv, "a"sv, "\0"sv, "\x7F"sv, "\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv,
          "\xED\x9F\xBF"sv, "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv, "\xF0\x90\x80\x80"sv,
          "\xF4\x8F\xBF\xBF"sv, "a\xC3\xA9\xE2\x82\xAC"sv}) {
        CAPTURE(text);
        CHECK(is_utf8(text));
    }
    for (auto const text : {"\x80"sv,
                            "\xBF"sv,
                            "\xC0\x80"sv,
                            "\xC1\xBF"sv,
                            "\xC2"sv,
                            "\xC2\x41"sv,
                            "\xC2\xC0"sv,
                            "\xE0\x80\x80"sv,
                            "\xE0\x9F\xBF"sv,
                            "\xE2\x82"sv,
                            "\xE2\x82\x41"sv,
                            "\xED\xA0\x80"sv,
                            "\xED\xBF\xBF"sv,
                            "\xF0\x80\x80\x80"sv,
                            "\xF0\x8F\xBF\xBF"sv,
                            "\xF0\x9F\x98"sv,
                            "\xF0\x9F\x98\x41"sv,
                            "\xF4\x90\x80\x80"sv,
                            "\xF5\x80\x80\x80"sv,
                            "\xFE"sv,
                            "\xFF"sv,
                            "good\xC3"sv}) {
        CAPTURE(text);
        CHECK_FALSE(is_utf8(text));
    }
}

TEST_CASE("code points are counted and cut", "[base][utf8]") {
    auto const text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"sv;
    CHECK(count_code_points(text) == 4);
    CHECK(count_code_points("") == 0);
    CHECK(first_code_points(text, 0).empty());
    CHECK(first_code_points(text, 1) == "a");
    CHECK(first_code_points(text, 2) == "a\xC3\xA9");
    CHECK(first_code_points(text, 3) == "a\xC3\xA9\xE2\x82\xAC");
    CHECK(first_code_points(text, 4) == text);
    CHECK(first_code_points(text, 99) == text);
}

TEST_CASE("white space goes from both ends only", "[base][utf8]") {
    CHECK(trim("").empty());
    CHECK(trim(" \t\r\n\v\f").empty());
    CHECK(trim("  a b ") == "a b");
    CHECK(trim("\xC2\xA0x\xE3\x80\x80") == "x");
    CHECK(trim("\xE2\x80\x83\xC2\x85\xE2\x80\xA8x y\xE1\x9A\x80\xE2\x81\x9F") == "x y");
    // Zero width space and the byte order mark are not white space.
    CHECK(trim("\xE2\x80\x8Bx") == "\xE2\x80\x8Bx");
    CHECK(trim("\xEF\xBB\xBFx") == "\xEF\xBB\xBFx");
    CHECK(trim("\xC3\xA0") == "\xC3\xA0");
}

} // namespace
