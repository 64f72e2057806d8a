#include "api/json_body.hpp"

#include "api/json_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <support/result_text.hpp>

using namespace loci;
using namespace loci::server;

namespace {

std::string text_of(boost::json::value const& value) {
    std::string text;
    json_text::append(text, value);
    return text;
}

Error refused(std::string_view body) {
    auto const parsed = parse_json_body(body);
    CAPTURE(body.substr(0, 100));
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().kind == ErrorKind::invalid);
    CHECK(parsed.error().reason == "MALFORMED_JSON");
    CHECK(parsed.error().details.front().first == "position");
    return parsed.error();
}

bool mentions(Error const& error, std::string_view words) {
    return error.message.find(words) != std::string::npos;
}

} // namespace

TEST_CASE("JSON is read and written without change", "[api][json]") {
    for (auto const* body :
         {R"({"a":[1,-2,3.25,true,false,null,"x"],"b":{"c":{}}})", R"("\u0001\"\\é😀")", "[]", "0",
          "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e+300", "0.1",
          "8.3e-07", R"({"é":1})"}) {
        CAPTURE(body);
        auto const parsed = parse_json_body(body);
        REQUIRE(parsed);
        CHECK(text_of(*parsed) == body);
    }
    CHECK(text_of(*parse_json_body(" { \"a\" : 1.0 } \n")) == R"({"a":1})");
    CHECK(text_of(*parse_json_body(R"("\ud83d\ude00\n\t\r")")) == "\"\xF0\x9F\x98\x80\\n\\t\\r\"");
}

TEST_CASE("numbers are read exactly", "[api][json]") {
    CHECK(parse_json_body("0.83")->as_double() == 0.83);
    CHECK(parse_json_body("123456789.123456789012345")->as_double() == 123456789.123456789012345);
    CHECK(parse_json_body("1e-400")->as_double() == 0.0);
    CHECK(mentions(refused("1e400"), "out of range"));
    CHECK(mentions(refused("-1e999999999999"), "out of range"));
}

TEST_CASE("a body that is not JSON is refused with its position", "[api][json]") {
    for (auto const* body :
         {"",         " ",       "{",       "[1,",    "{\"a\"}",    "{'a':1}", "{\"a\":1,}",
          "[1 2]",    "nul",     "01",      "+1",     ".5",         "1.",      "NaN",
          "Infinity", "// x\n1", "\"\\x\"", "\"\t\"", "{\"a\":1}}", "1 1",     "{} x"}) {
        refused(body);
    }
    CHECK(mentions(refused("{\"a\":"), "too early"));
    CHECK(mentions(refused("{} {}"), "after its end"));
}

TEST_CASE("text that is not Unicode is refused", "[api][json]") {
    refused("\"\xff\"");
    refused("\"\xc3\"");
    refused("\"\xc0\xaf\"");
    refused("\"\xed\xa0\x80\"");
    refused("{\"\xff\":1}");
    refused(R"("\ud83d")");
    CHECK(mentions(refused(R"("\ude00")"), "surrogate"));
    refused(R"("\ud83dx")");
    CHECK(mentions(refused(R"("\ud83d\ud83d")"), "surrogate"));
}

TEST_CASE("a repeated name is refused and named", "[api][json]") {
    auto const error = refused(R"({"content":"a","x":{"tag":1,"tag":2}})");
    CHECK(mentions(error, "repeats"));
    REQUIRE(error.details.size() == 2);
    CHECK(error.details[1] == std::pair<std::string, ErrorDetail>{"member", std::string{"tag"}});
    CHECK(refused("{\"a\":1,\"\\u0061\":2}").details.size() == 2);
    CHECK(parse_json_body(R"([{"a":1},{"a":2,"b":{"a":3}}])"));
}

TEST_CASE("nesting has a limit", "[api][json]") {
    auto const nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(parse_json_body(nested(json_depth_limit)));
    CHECK(mentions(refused(nested(json_depth_limit + 1)), "nested"));
    refused(std::string(1'000'000, '['));
    std::string objects;
    for (int at = 0; at < 40; ++at) {
        objects += "{\"a\":";
    }
    refused(objects);
}
