#include <catch2/catch.hpp>
#include <records/text_list.hpp>

using namespace loci::memory;

TEST_CASE("a list of texts survives its stored form", "[memory][text_list]") {
    std::vector<std::string> const odd{"", "a\"b", "c\\d", "line\nfeed", "\xF0\x9F\x8D\x8E", "[]"};
    CHECK(parse_text_list(text_list(odd)) == odd);
    CHECK(text_list({}) == "[]");
    CHECK(parse_text_list("[]").empty());
    CHECK(number_list({}) == "[]");
    CHECK(number_list({-3, 7}) == "[-3,7]");
}
