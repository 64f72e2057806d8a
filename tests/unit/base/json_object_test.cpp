#include <loci/base/json_object.hpp>

#include <catch2/catch.hpp>

namespace {

using namespace loci;

std::string rule_of(std::string_view text) {
    auto const parsed = JsonObject::parse(text);
    if (parsed) {
        return "";
    }
    CHECK(parsed.error().kind == ErrorKind::invalid);
    return parsed.error().fields.at(0).rule;
}

std::string nested(int depth) {
    std::string text = "{\"a\":";
    text += std::string(static_cast<std::size_t>(depth - 1), '[');
    text += "1";
    text += std::string(static_cast<std::size_t>(depth - 1), ']');
    return text + "}";
}

TEST_CASE("an object is kept compact and as it was written", "[base][json]") {
    CHECK(JsonObject{}.text() == "{}");
    CHECK(JsonObject::parse(" { } ").value().text() == "{}");
    CHECK(JsonObject::parse("{ \"a b\" : [ 1 , 1.50, 1e3 ],\n\t\"c\" : \" \\\" x\\\\\" }\r\n")
              .value()
              .text() == "{\"a b\":[1,1.50,1e3],\"c\":\" \\\" x\\\\\"}");
    CHECK(JsonObject::parse("{\"n\":123456789012345678901234567890}").value().text() ==
          "{\"n\":123456789012345678901234567890}");
    CHECK(JsonObject::parse("{\"\\u00e9\":\"\xC3\xA9\"}").value().text() ==
          "{\"\\u00e9\":\"\xC3\xA9\"}");
    CHECK(rule_of("{\"a\":{\"a\":{\"a\":null}},\"b\":[{\"a\":1},{\"a\":true}]}").empty());
    CHECK(JsonObject::trusted("{\"a\":1}") == JsonObject::parse("{\"a\": 1}").value());
}

TEST_CASE("what is not an object is refused", "[base][json]") {
    auto const* const text =
        GENERATE("[]", "[{}]", "1", "-1", "1.5", "\"a\"", "null", "true", "18446744073709551615");
    CAPTURE(text);
    CHECK(rule_of(text) == "type");
}

TEST_CASE("what is not JSON is refused", "[base][json]") {
    auto const* const text = GENERATE(
        "", " ", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{}{}", "{} x",
        "{\"a\":01}", "{\"a\":NaN}", "{\"a\":\"\t\"}", "{\"a\":1/**/}", "{\"a\":\"\\x\"}",
        "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{\"a\":\"\xFF\"}", "{\"a\":\"\xC0\x80\"}",
        "{\"a\":\"\xED\xA0\x80\"}", "\xEF\xBB\xBF{}");
    CAPTURE(text);
    CHECK(rule_of(text) == "format");
}

TEST_CASE("a name may stand once in an object", "[base][json]") {
    CHECK(rule_of("{\"a\":1,\"a\":2}") == "uniqueItems");
    CHECK(rule_of("{\"a\":1,\"\\u0061\":2}") == "uniqueItems");
    CHECK(rule_of("{\"x\":[{\"a\":1,\"b\":2,\"a\":3}]}") == "uniqueItems");
    CHECK(rule_of("{\"\":1,\"\":2}") == "uniqueItems");
}

TEST_CASE("U+0000 cannot be stored", "[base][json]") {
    CHECK(rule_of("{\"a\":\"\\u0000\"}") == "pattern");
    CHECK(rule_of("{\"a\\u0000\":1}") == "pattern");
    CHECK(rule_of("{\"a\":[\"" + std::string(5000, 'x') + "\\u0000" + "\"]}") == "pattern");
    CHECK(rule_of(std::string_view{"{\"a\":\"\0\"}", 9}) == "format");
}

TEST_CASE("an object may be nested 32 deep", "[base][json]") {
    CHECK(rule_of(nested(32)).empty());
    CHECK(rule_of(nested(33)) == "depth");
    CHECK(rule_of(nested(5000)) == "depth");
}

TEST_CASE("a number must be within range", "[base][json]") {
    CHECK_FALSE(rule_of("{\"a\":1e999}").empty());
    CHECK(rule_of("{\"a\":1e308}").empty());
}

} // namespace
