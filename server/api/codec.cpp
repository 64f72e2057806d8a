#include "api/codec.hpp"

#include "api/json_text.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <loci/base/utf8.hpp>

namespace loci::server::codec {
namespace {

using namespace std::string_literals;

std::int64_t as_limit(std::size_t count) noexcept {
    return static_cast<std::int64_t>(count);
}

std::string joined(std::span<std::string_view const> words) {
    std::string text;
    for (auto const word : words) {
        text += text.empty() ? "" : ", ";
        text += word;
    }
    return text;
}

void check_text(Rule const& rule, std::string const& text, Spot const& spot) {
    if (text.find('\0') != std::string::npos) {
        spot.fault("noNul");
        return;
    }
    auto const length = count_code_points(text);
    if (rule.shortest && length < *rule.shortest) {
        spot.fault("minLength", as_limit(*rule.shortest));
        return;
    }
    if (rule.longest && length > *rule.longest) {
        spot.fault("maxLength", as_limit(*rule.longest));
        return;
    }
    if (rule.bytes && text.size() > *rule.bytes) {
        spot.fault("maxBytes", as_limit(*rule.bytes));
        return;
    }
    if (!rule.words.empty() &&
        std::find(rule.words.begin(), rule.words.end(), text) == rule.words.end()) {
        spot.fault("enum", joined(rule.words));
        return;
    }
    if (rule.pattern.matches != nullptr && !rule.pattern.matches(text)) {
        spot.fault("pattern", std::string{rule.pattern.expression});
    }
}

template <class Number>
void check_number(Rule const& rule, Number& number, Spot const& spot) {
    auto const limit = [](double bound) -> decltype(FieldError::limit) {
        return std::trunc(bound) == bound
                   ? decltype(FieldError::limit){static_cast<std::int64_t>(bound)}
                   : decltype(FieldError::limit){bound};
    };
    if (rule.lowest && static_cast<double>(number) < *rule.lowest) {
        spot.fault("minimum", limit(*rule.lowest));
    } else if (rule.highest && static_cast<double>(number) > *rule.highest) {
        if (rule.is_clamped) {
            number = static_cast<Number>(*rule.highest);
        } else {
            spot.fault("maximum", limit(*rule.highest));
        }
    }
}

json::object number_schema(char const* type, Rule const& rule) {
    json::object schema{{"type", type}};
    auto const bound = [](double number) -> json::value {
        if (std::trunc(number) == number) {
            return static_cast<std::int64_t>(number);
        }
        return number;
    };
    if (rule.lowest) {
        schema["minimum"] = bound(*rule.lowest);
    }
    if (rule.highest && !rule.is_clamped) {
        schema["maximum"] = bound(*rule.highest);
    }
    return schema;
}

} // namespace

void read(json::value const& value, Spot const& spot, std::string& out) {
    auto const* text = value.if_string();
    if (text == nullptr) {
        spot.fault("type", "string"s);
        return;
    }
    std::string_view const whole{text->data(), text->size()};
    out = std::string{spot.rule.is_trimmed ? trim(whole) : whole};
    check_text(spot.rule, out, spot);
}

void read(json::value const& value, Spot const& spot, bool& out) {
    if (auto const* flag = value.if_bool()) {
        out = *flag;
    } else {
        spot.fault("type", "boolean"s);
    }
}

void read(json::value const& value, Spot const& spot, std::int64_t& out) {
    constexpr double limit = 9223372036854775808.0; // 2^63
    if (auto const* integer = value.if_int64()) {
        out = *integer;
    } else if (auto const* number = value.if_double(); number != nullptr &&
                                                       std::trunc(*number) == *number &&
                                                       *number > -limit && *number < limit) {
        out = static_cast<std::int64_t>(*number);
    } else {
        spot.fault("type", "integer"s);
        return;
    }
    check_number(spot.rule, out, spot);
}

void read(json::value const& value, Spot const& spot, double& out) {
    if (!value.is_number()) {
        spot.fault("type", "number"s);
        return;
    }
    out = value.is_double()  ? value.get_double()
          : value.is_int64() ? static_cast<double>(value.get_int64())
                             : static_cast<double>(value.get_uint64());
    check_number(spot.rule, out, spot);
}

void read(json::value const& value, Spot const& spot, Timestamp& out) {
    auto const* text = value.if_string();
    if (text == nullptr) {
        spot.fault("type", "string"s);
        return;
    }
    if (auto const instant = parse_rfc3339({text->data(), text->size()})) {
        out = *instant;
    } else {
        spot.fault("format", "date-time (RFC 3339)"s);
    }
}

void read(json::value const& value, Spot const& spot, JsonObject& out) {
    if (!value.is_object()) {
        spot.fault("type", "object"s);
        return;
    }
    std::string text;
    json_text::append(text, value);
    if (spot.rule.bytes && text.size() > *spot.rule.bytes) {
        spot.fault("maxBytes", as_limit(*spot.rule.bytes));
        return;
    }
    auto object = JsonObject::parse(text);
    if (!object) {
        spot.fault("noNul"); // everything else was refused when the body was parsed
        return;
    }
    out = std::move(*object);
}

void write(std::string const& value, std::string& out) {
    json_text::append(out, std::string_view{value});
}

void write(bool const& value, std::string& out) {
    json_text::append(out, value);
}

void write(std::int64_t const& value, std::string& out) {
    json_text::append(out, value);
}

void write(double const& value, std::string& out) {
    json_text::append(out, value);
}

void write(Timestamp const& value, std::string& out) {
    json_text::append(out, std::string_view{format_rfc3339(value, 3)});
}

void write(JsonObject const& value, std::string& out) {
    out += value.text();
}

json::object schema(Tag<std::string>, Rule const& rule, SchemaSet&) {
    json::object schema{{"type", "string"}};
    if (rule.shortest && *rule.shortest > 0) {
        schema["minLength"] = *rule.shortest;
    }
    if (rule.longest) {
        schema["maxLength"] = *rule.longest;
    }
    if (rule.pattern.matches != nullptr) {
        schema["pattern"] = rule.pattern.expression;
    }
    if (!rule.words.empty()) {
        json::array words;
        for (auto const word : rule.words) {
            words.push_back(json::string{word});
        }
        schema["enum"] = std::move(words);
    }
    return schema;
}

json::object schema(Tag<bool>, Rule const&, SchemaSet&) {
    return {{"type", "boolean"}};
}

json::object schema(Tag<std::int64_t>, Rule const& rule, SchemaSet&) {
    auto schema = number_schema("integer", rule);
    schema["format"] = "int64";
    return schema;
}

json::object schema(Tag<double>, Rule const& rule, SchemaSet&) {
    return number_schema("number", rule);
}

json::object schema(Tag<Timestamp>, Rule const&, SchemaSet&) {
    return {{"type", "string"}, {"format", "date-time"}};
}

json::object schema(Tag<JsonObject>, Rule const&, SchemaSet&) {
    return {{"type", "object"}, {"additionalProperties", true}};
}

char const* kind_name(Tag<std::string>) noexcept {
    return "string";
}

char const* kind_name(Tag<bool>) noexcept {
    return "boolean";
}

char const* kind_name(Tag<std::int64_t>) noexcept {
    return "integer";
}

char const* kind_name(Tag<double>) noexcept {
    return "number";
}

bool is_of_kind(json::value const& value, std::string_view kind) noexcept {
    return (kind == "string" && value.is_string()) || (kind == "boolean" && value.is_bool()) ||
           (kind == "array" && value.is_array()) || (kind == "object" && value.is_object()) ||
           ((kind == "integer" || kind == "number") && value.is_number());
}

json::array const* checked_array(json::value const& value, Spot const& spot) {
    auto const* array = value.if_array();
    if (array == nullptr) {
        spot.fault("type", "array"s);
        return nullptr;
    }
    if (spot.rule.fewest && array->size() < *spot.rule.fewest) {
        spot.fault("minItems", as_limit(*spot.rule.fewest));
        return nullptr;
    }
    if (spot.rule.most && array->size() > *spot.rule.most) {
        spot.fault("maxItems", as_limit(*spot.rule.most));
        return nullptr;
    }
    return array;
}

json::object array_schema(json::object items, Rule const& rule) {
    json::object schema{{"type", "array"}, {"items", std::move(items)}};
    if (rule.fewest && *rule.fewest > 0) {
        schema["minItems"] = *rule.fewest;
    }
    if (rule.most) {
        schema["maxItems"] = *rule.most;
    }
    return schema;
}

json::object nullable(json::object schema) {
    if (auto* type = schema.if_contains("type"); type != nullptr && type->is_string()) {
        *type = json::array{*type, "null"};
        if (auto* words = schema.if_contains("enum")) {
            words->as_array().push_back(nullptr);
        }
        return schema;
    }
    return {{"oneOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
}

std::string camel_case(std::string_view snake_case) {
    std::string name;
    bool upper = false;
    for (char const letter : snake_case) {
        if (letter == '_') {
            upper = true;
        } else {
            name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter)))
                          : letter;
            upper = false;
        }
    }
    return name;
}

Rule const* find_rule(Rules const& rules, std::string_view member) noexcept {
    auto const found = std::find_if(rules.rules.begin(), rules.rules.end(),
                                    [&](Rule const& rule) { return rule.member == member; });
    return found == rules.rules.end() ? nullptr : &*found;
}

void note_unused_rules(Rules const& rules, std::vector<std::string> const& members, Shape& shape) {
    for (auto const& rule : rules.rules) {
        if (std::find(members.begin(), members.end(), rule.member) == members.end()) {
            shape.problems.push_back(shape.name + " has a rule for no member " +
                                     std::string{rule.member});
        }
    }
}

} // namespace loci::server::codec
