#include "api/shape.hpp"

#include "api/codec.hpp"
#include "api/json_body.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <support/result_text.hpp>

using namespace loci;
using namespace loci::server;

namespace {

constexpr std::string_view colours[] = {"red", "green"};
constexpr Pattern lower_case{"^[a-z]+$", [](std::string_view text) {
                                 return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz") ==
                                        std::string_view::npos;
                             }};

struct Inner {
    std::int64_t amount = 0;
};

BOOST_DESCRIBE_STRUCT(Inner, (), (amount))

constexpr Rule inner_rules[] = {field("amount", "").range(1, 10)};

Rules rules_of(Inner const*) {
    return {"Inner", inner_rules};
}

struct Outer {
    std::string name;
    std::optional<std::string> colour;
    std::vector<std::string> tags;
    std::int64_t limit = 10;
    std::optional<double> share;
    bool deep = false;
    std::optional<Timestamp> at;
    JsonObject metadata;
    std::vector<Checked<Inner>> parts;
    std::optional<std::variant<std::string, Inner>> either;
    std::optional<std::string> snake_case;
};

BOOST_DESCRIBE_STRUCT(Outer, (),
                      (name, colour, tags, limit, share, deep, at, metadata, parts, either,
                       snake_case))

constexpr Rule outer_rules[] = {
    field("name", "A name.").length(1, 5).trimmed().matching(lower_case),
    field("colour", "").one_of(colours),
    field("tags", "").items(0, 3).length(1, 4).defaulted(),
    field("limit", "").range(1, 100).clamped().defaulted(),
    field("share", "").range(0, 1),
    field("deep", "").defaulted(),
    field("at", ""),
    field("metadata", "").at_most_bytes(20).defaulted(),
    field("parts", "").items(0, 2).defaulted(),
    field("either", "").length(1, 3),
    field("snake_case", "").named("snake_case"),
};

Rules rules_of(Outer const*) {
    return {"Outer", outer_rules};
}

struct Read {
    Outer value;
    Faults faults;

    std::string faults_text() const {
        std::string text;
        for (auto const& fault : faults) {
            text += fault.path + " " + fault.rule + ";";
        }
        return text;
    }
};

Read read(std::string_view body) {
    static constexpr Rule whole{};
    auto const parsed = parse_json_body(body);
    REQUIRE(parsed);
    Read result;
    read_object(shape_of<Outer>(), &result.value, *parsed, Spot{whole, {}, result.faults});
    return result;
}

Read read_query(std::vector<std::pair<std::string, std::string>> const& parameters) {
    static constexpr Rule whole{};
    Read result;
    boost::json::value const input = from_parameters(shape_of<Outer>(), parameters, result.faults);
    read_object(shape_of<Outer>(), &result.value, input, Spot{whole, {}, result.faults});
    return result;
}

} // namespace

TEST_CASE("every member has a rule and every rule a member", "[api][schema]") {
    CHECK(shape_of<Outer>().problems.empty());
    CHECK(shape_of<Outer>().find("snake_case") != nullptr);
    CHECK(shape_of<Outer>().find("snakeCase") == nullptr);
}

TEST_CASE("a full body is read", "[api][schema]") {
    auto const result = read(R"({"name":" abc ","colour":"red","tags":["x","y"],"limit":7,
        "share":0.5,"deep":true,"at":"2026-03-20T10:00:00+01:00","metadata":{"k":1},
        "parts":[{"amount":3}],"either":{"amount":4},"snake_case":"s","unknown":[1]})");
    CHECK(result.faults_text().empty());
    auto const& value = result.value;
    CHECK(value.name == "abc");
    CHECK(value.colour == "red");
    CHECK(value.tags == std::vector<std::string>{"x", "y"});
    CHECK(value.limit == 7);
    CHECK(value.share == 0.5);
    CHECK(value.deep);
    CHECK(format_rfc3339(*value.at) == "2026-03-20T09:00:00.000Z");
    CHECK(value.metadata.text() == R"({"k":1})");
    CHECK(value.parts.at(0).value.amount == 3);
    CHECK(std::get<Inner>(*value.either).amount == 4);
    CHECK(value.snake_case == "s");
}

TEST_CASE("null counts as absent, and absent keeps the default", "[api][schema]") {
    auto const result =
        read(R"({"name":"abc","colour":null,"limit":null,"tags":null,"deep":null})");
    CHECK(result.faults_text().empty());
    CHECK_FALSE(result.value.colour);
    CHECK(result.value.limit == 10);
    CHECK(read(R"({"name":null})").faults_text() == "name required;");
}

TEST_CASE("all faults are found at once, each with its path", "[api][schema]") {
    auto const result = read(R"({"colour":"blue","tags":["","abcde","ok"],"limit":0,"share":2,
        "deep":"yes","at":"yesterday","metadata":[],"either":5})");
    CHECK(result.faults_text() ==
          "name required;colour enum;tags[0] minLength;tags[1] maxLength;limit minimum;"
          "share maximum;deep type;at format;metadata type;either type;");
}

TEST_CASE("items that are judged by themselves keep their faults to themselves", "[api][schema]") {
    auto const result = read(R"({"name":"abc","parts":[{"amount":11},5]})");
    CHECK(result.faults_text().empty());
    CHECK(result.value.parts[0].faults == Faults{{"amount", "maximum", std::int64_t{10}}});
    CHECK(result.value.parts[0].value.amount == 11);
    CHECK(result.value.parts[1].faults == Faults{{"", "type", std::string{"object"}}});
    CHECK(read(R"({"name":"abc","parts":[{},{},{}]})").faults_text() == "parts maxItems;");
}

TEST_CASE("integers are integral and fit in 64 bits", "[api][schema]") {
    auto const limit = [](std::string const& number) {
        return read(R"({"name":"a","limit":)" + number + "}");
    };
    CHECK(limit("5.0").value.limit == 5);
    CHECK(limit("1e1").value.limit == 10);
    CHECK(limit("101").value.limit == 100); // clamped
    CHECK(limit("9223372036854775807").value.limit == 100);
    for (auto const* number : {"1e30", "1.5", "\"5\"", "9223372036854775808", "true", "[]",
                               "-9223372036854775809", "1e300"}) {
        CAPTURE(number);
        CHECK(limit(number).faults_text() == "limit type;");
    }
    CHECK(limit("-1").faults_text() == "limit minimum;");
}

TEST_CASE("text is measured in code points, and never holds U+0000", "[api][schema]") {
    CHECK(read("{\"name\":\"\xC3\xA9\"}").faults_text() == "name pattern;");
    CHECK(read(R"({"name":"abcdef"})").faults_text() == "name maxLength;");
    CHECK(read(R"({"name":"   "})").faults_text() == "name minLength;");
    CHECK(read(R"({"name":"a\u0000b"})").faults_text() == "name noNul;");
    CHECK(read(R"({"name":"a","tags":["😀😀😀😀"]})").faults_text().empty());
    CHECK(read(R"({"name":"a","tags":["a\u0000"]})").faults_text() == "tags[0] noNul;");
    CHECK(read(R"({"name":"a","metadata":{"k":"\u0000"}})").faults_text() == "metadata noNul;");
    CHECK(read(R"({"name":"a","metadata":{"\u0000":1}})").faults_text() == "metadata noNul;");
    CHECK(read(R"({"name":"a","metadata":{"kkkkk":"vvvvvvvvvvvvv"}})").faults_text() ==
          "metadata maxBytes;");
}

TEST_CASE("a body that is no object is of the wrong type", "[api][schema]") {
    for (auto const* body : {"[]", "5", "null", "\"x\""}) {
        CHECK(read(body).faults_text() == " type;");
    }
    CHECK(sentence({"", "type", std::string{"object"}}) == "the value must be of type object");
}

TEST_CASE("query parameters are read by the same rules", "[api][schema]") {
    auto const result = read_query({{"name", "abc"},
                                    {"tags", "x,y"},
                                    {"tags", "z"},
                                    {"limit", "7"},
                                    {"share", "0.5"},
                                    {"deep", "1"},
                                    {"at", "2026-03-20T09:00:00Z"},
                                    {"unknown", "?"},
                                    {"metadata", "{}"}});
    CHECK(result.faults_text().empty());
    CHECK(result.value.tags == std::vector<std::string>{"x", "y", "z"});
    CHECK(result.value.limit == 7);
    CHECK(result.value.share == 0.5);
    CHECK(result.value.deep);
    CHECK(result.value.at);
    CHECK(read_query({{"name", "a"}, {"tags", ""}}).value.tags.empty());
    CHECK_FALSE(read_query({{"name", "a"}, {"deep", "false"}}).value.deep);
}

TEST_CASE("query parameters of the wrong type are refused", "[api][schema]") {
    for (auto const* number : {"", "-1", "+1", "1.5", "1e2", "0x1", " 1", "9223372036854775808"}) {
        CAPTURE(number);
        CHECK(read_query({{"name", "a"}, {"limit", number}}).faults_text() == "limit type;");
    }
    for (auto const* flag : {"", "TRUE", "yes", "2"}) {
        CHECK(read_query({{"name", "a"}, {"deep", flag}}).faults_text() == "deep type;");
    }
    for (auto const* number : {"", ".", "1..2", "-0.5", "1e-1", "nan", "inf"}) {
        CAPTURE(number);
        CHECK(read_query({{"name", "a"}, {"share", number}}).faults_text() == "share type;");
    }
    CHECK(read_query({{"name", "a"}, {"limit", "5"}, {"limit", "6"}}).faults_text() ==
          "limit repeated;");
    CHECK(read_query({{"name", "a"}, {"tags", "a,,b"}}).faults_text() == "tags[1] minLength;");
}

TEST_CASE("a struct is written with every member", "[api][schema]") {
    Outer value;
    value.name = "a\"b";
    value.share = 0.25;
    value.at = Timestamp{std::chrono::seconds{0}};
    std::string text;
    codec::write(value, text);
    CHECK(text == R"({"name":"a\"b","colour":null,"tags":[],"limit":10,"share":0.25,"deep":false,)"
                  R"("at":"1970-01-01T00:00:00.000Z","metadata":{},"parts":[],"either":null,)"
                  R"("snake_case":null})");
}

TEST_CASE("a schema says what is checked", "[api][schema]") {
    std::map<std::string, boost::json::object> named;
    SchemaSet request{Direction::request, named};
    refer_to(shape_of<Outer>(), request);
    REQUIRE(named.contains("Inner"));
    auto const& schema = named.at("Outer");
    CHECK(schema.at("required") == boost::json::value{"name"});
    auto const& properties = schema.at("properties").as_object();
    CHECK(properties.at("name") == boost::json::parse(R"({"type":"string","minLength":1,
        "maxLength":5,"pattern":"^[a-z]+$","description":"A name."})"));
    CHECK(properties.at("limit").at("default") == 10);
    CHECK(properties.at("colour").at("enum") == boost::json::parse(R"(["red","green"])"));
    CHECK(properties.at("parts").at("items").at("$ref") == "#/components/schemas/Inner");
    CHECK(properties.at("either").at("oneOf").as_array().size() == 2);
}

TEST_CASE("the schema of a reply promises every member", "[api][schema]") {
    std::map<std::string, boost::json::object> named;
    SchemaSet reply{Direction::reply, named};
    refer_to(shape_of<Outer>(), reply);
    auto const& schema = named.at("Outer");
    CHECK(schema.at("required").as_array().size() == shape_of<Outer>().members.size());
    CHECK(schema.at("properties").at("colour") ==
          boost::json::parse(R"({"type":["string","null"],"enum":["red","green",null]})"));
}

TEST_CASE("faults are worded", "[api][schema]") {
    CHECK(sentence({"content", "minLength", std::int64_t{1}}) == "content is empty");
    CHECK(sentence({"memories[3].content", "maxLength", std::int64_t{32768}}) ==
          "memories[3].content must have at most 32768 characters");
    for (auto const* rule :
         {"required", "type", "minLength", "maxLength", "minimum", "maximum", "minItems",
          "maxItems", "maxBytes", "enum", "pattern", "format", "repeated", "noNul", "utf8"}) {
        CHECK(sentence({"x", rule}).find("breaks the rule") == std::string::npos);
    }
    CHECK(sentence({"x", "after", std::string{"y"}}) == "x breaks the rule after");
}
