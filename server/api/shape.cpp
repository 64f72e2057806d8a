#include "api/shape.hpp"

#include "api/json_text.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <fmt/format.h>

namespace loci::server {
namespace {

namespace json = boost::json;

bool is_digits(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

json::value integer_from(std::string_view text) {
    std::int64_t number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!is_digits(text) || read.ec != std::errc{}) {
        return json::string{text};
    }
    return number;
}

json::value number_from(std::string_view text) {
    double number = 0;
    auto const read =
        std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    bool const plain =
        !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!plain || read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
        return json::string{text};
    }
    return number;
}

json::value boolean_from(std::string_view text) {
    if (text == "true" || text == "1") {
        return true;
    }
    if (text == "false" || text == "0") {
        return false;
    }
    return json::string{text};
}

json::value value_from(ParameterKind kind, std::string_view text) {
    switch (kind) {
    case ParameterKind::integer:
        return integer_from(text);
    case ParameterKind::number:
        return number_from(text);
    case ParameterKind::boolean:
        return boolean_from(text);
    default:
        return json::string{text};
    }
}

void append_list(json::object& object, std::string const& name, std::string_view text) {
    auto& list = object[name];
    if (!list.is_array()) {
        list = json::array{};
    }
    if (text.empty()) {
        return;
    }
    for (;;) {
        auto const comma = text.find(',');
        list.get_array().push_back(json::string{text.substr(0, comma)});
        if (comma == std::string_view::npos) {
            return;
        }
        text.remove_prefix(comma + 1);
    }
}

std::string limit_text(FieldError const& fault) {
    if (auto const* integer = std::get_if<std::int64_t>(&fault.limit)) {
        return std::to_string(*integer);
    }
    if (auto const* number = std::get_if<double>(&fault.limit)) {
        return fmt::format("{}", *number);
    }
    if (auto const* text = std::get_if<std::string>(&fault.limit)) {
        return *text;
    }
    return {};
}

} // namespace

Spot Spot::below(std::string_view member, Rule const& member_rule) const {
    auto name = path.empty() ? std::string{member} : fmt::format("{}.{}", path, member);
    return {member_rule, std::move(name), faults};
}

Spot Spot::at(std::size_t index) const {
    return {rule, fmt::format("{}[{}]", path, index), faults};
}

Member const* Shape::find(std::string_view wire_name) const noexcept {
    auto const found = std::find_if(members.begin(), members.end(),
                                    [&](Member const& member) { return member.name == wire_name; });
    return found == members.end() ? nullptr : &*found;
}

void read_object(Shape const& shape, void* object, json::value const& value, Spot const& spot) {
    auto const* given = value.if_object();
    if (given == nullptr) {
        spot.fault("type", std::string{"object"});
        return;
    }
    for (auto const& member : shape.members) {
        auto const* found = given->if_contains(member.name);
        auto const place = spot.below(member.name, *member.rule);
        if (found != nullptr && !found->is_null()) {
            member.read(object, *found, place);
        } else if (member.required) {
            place.fault("required");
        }
    }
}

void write_object(Shape const& shape, void const* object, std::string& out) {
    out += '{';
    bool first = true;
    for (auto const& member : shape.members) {
        if (member.rule->is_omissible && member.is_absent(object)) {
            continue;
        }
        if (!first) {
            out += ',';
        }
        first = false;
        json_text::append(out, std::string_view{member.name});
        out += ':';
        member.write(object, out);
    }
    out += '}';
}

json::object member_schema(Shape const& shape, Member const& member, SchemaSet& schemas) {
    auto schema = member.schema(*member.rule, schemas);
    if (schemas.direction() == Direction::request && member.rule->has_default) {
        std::string text;
        member.write(shape.initial, text);
        schema["default"] = json::parse(text);
    }
    if (!member.rule->description.empty()) {
        schema["description"] = member.rule->description;
    }
    if (!member.rule->example.empty()) {
        schema["examples"] = json::array{json::parse(member.rule->example)};
    }
    return schema;
}

json::object refer_to(Shape const& shape, SchemaSet& schemas) {
    json::object reference{{"$ref", "#/components/schemas/" + shape.name}};
    if (schemas.named().contains(shape.name)) {
        return reference;
    }
    schemas.named()[shape.name] = {};
    json::object properties;
    json::array required;
    for (auto const& member : shape.members) {
        properties[member.name] = member_schema(shape, member, schemas);
        bool const always = schemas.direction() == Direction::reply && !member.rule->is_omissible;
        if (member.required || always) {
            required.push_back(json::string{member.name});
        }
    }
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) {
        schema["required"] = std::move(required);
    }
    schemas.named()[shape.name] = std::move(schema);
    return reference;
}

json::object from_parameters(Shape const& shape,
                             std::vector<std::pair<std::string, std::string>> const& parameters,
                             Faults& faults) {
    json::object object;
    for (auto const& [name, text] : parameters) {
        auto const* member = shape.find(name);
        if (member == nullptr || member->parameter == ParameterKind::none) {
            continue;
        }
        if (member->parameter == ParameterKind::list) {
            append_list(object, name, text);
        } else if (object.contains(name)) {
            faults.push_back({name, "repeated"});
        } else {
            object[name] = value_from(member->parameter, text);
        }
    }
    return object;
}

std::string sentence(FieldError const& fault) {
    auto const limit = limit_text(fault);
    auto const about = [&](std::string_view rest) {
        return fmt::format("{} {}", fault.path.empty() ? "the value" : fault.path, rest);
    };
    auto const& rule = fault.rule;
    if (rule == "required") {
        return about("is required");
    }
    if (rule == "type") {
        return about("must be of type " + limit);
    }
    if (rule == "minLength") {
        return limit == "1" ? about("is empty")
                            : about("must have at least " + limit + " characters");
    }
    if (rule == "maxLength") {
        return about("must have at most " + limit + " characters");
    }
    if (rule == "minimum") {
        return about("must be at least " + limit);
    }
    if (rule == "maximum") {
        return about("must be at most " + limit);
    }
    if (rule == "minItems") {
        return about("must have at least " + limit + " items");
    }
    if (rule == "maxItems") {
        return about("must have at most " + limit + " items");
    }
    if (rule == "maxBytes") {
        return about("must have at most " + limit + " bytes");
    }
    if (rule == "enum") {
        return about("must be one of " + limit);
    }
    if (rule == "pattern") {
        return about("must match " + limit);
    }
    if (rule == "format") {
        return about("must be a valid " + limit);
    }
    if (rule == "repeated") {
        return about("must be given once");
    }
    if (rule == "noNul") {
        return about("must not contain U+0000");
    }
    if (rule == "utf8") {
        return about("must be UTF-8");
    }
    return about("breaks the rule " + rule);
}

Error validation_error(Faults faults) {
    Error error{ErrorKind::invalid, "VALIDATION_ERROR", "The request is not valid"};
    if (!faults.empty()) {
        error.message = sentence(faults.front());
    }
    error.fields = std::move(faults);
    return error;
}

} // namespace loci::server
