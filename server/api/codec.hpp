#pragma once
#include "api/shape.hpp"

#include <boost/describe.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11.hpp>
#include <cctype>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/json_object.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

/// From described structs and their rules to shapes. Include it in the one source file of a dialect
/// that declares its endpoints: the templates are costly to instantiate.
namespace loci::server {

/// An item that is judged by itself: its faults do not fail the request as a whole. Paths of the
/// faults are relative to the item.
template <class T>
struct Checked {
    T value{};
    Faults faults{};
};

template <class T>
Shape const& shape_of();

namespace codec {

namespace json = boost::json;

template <class T>
struct Tag {};

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;

void read(json::value const& value, Spot const& spot, std::string& out);
void read(json::value const& value, Spot const& spot, bool& out);
void read(json::value const& value, Spot const& spot, std::int64_t& out);
void read(json::value const& value, Spot const& spot, double& out);
void read(json::value const& value, Spot const& spot, Timestamp& out);
void read(json::value const& value, Spot const& spot, JsonObject& out);
template <class T>
void read(json::value const& value, Spot const& spot, std::optional<T>& out);
template <class T>
void read(json::value const& value, Spot const& spot, std::vector<T>& out);
template <class... T>
void read(json::value const& value, Spot const& spot, std::variant<T...>& out);
template <class T>
void read(json::value const& value, Spot const& spot, Checked<T>& out);
template <Described T>
void read(json::value const& value, Spot const& spot, T& out);

void write(std::string const& value, std::string& out);
void write(bool const& value, std::string& out);
void write(std::int64_t const& value, std::string& out);
void write(double const& value, std::string& out);
void write(Timestamp const& value, std::string& out);
void write(JsonObject const& value, std::string& out);
template <class T>
void write(std::optional<T> const& value, std::string& out);
template <class T>
void write(std::vector<T> const& value, std::string& out);
template <class... T>
void write(std::variant<T...> const& value, std::string& out);
template <class T>
void write(Checked<T> const& value, std::string& out);
template <Described T>
void write(T const& value, std::string& out);

json::object schema(Tag<std::string>, Rule const& rule, SchemaSet& schemas);
json::object schema(Tag<bool>, Rule const& rule, SchemaSet& schemas);
json::object schema(Tag<std::int64_t>, Rule const& rule, SchemaSet& schemas);
json::object schema(Tag<double>, Rule const& rule, SchemaSet& schemas);
json::object schema(Tag<Timestamp>, Rule const& rule, SchemaSet& schemas);
json::object schema(Tag<JsonObject>, Rule const& rule, SchemaSet& schemas);
template <class T>
json::object schema(Tag<std::optional<T>>, Rule const& rule, SchemaSet& schemas);
template <class T>
json::object schema(Tag<std::vector<T>>, Rule const& rule, SchemaSet& schemas);
template <class... T>
json::object schema(Tag<std::variant<T...>>, Rule const& rule, SchemaSet& schemas);
template <class T>
json::object schema(Tag<Checked<T>>, Rule const& rule, SchemaSet& schemas);
template <Described T>
json::object schema(Tag<T>, Rule const& rule, SchemaSet& schemas);

/// The JSON kinds that a type is read from; `integer` and `number` share one.
char const* kind_name(Tag<std::string>) noexcept;
char const* kind_name(Tag<bool>) noexcept;
char const* kind_name(Tag<std::int64_t>) noexcept;
char const* kind_name(Tag<double>) noexcept;

template <class T>
char const* kind_name(Tag<std::vector<T>>) noexcept {
    return "array";
}

template <Described T>
char const* kind_name(Tag<T>) noexcept {
    return "object";
}

bool is_of_kind(json::value const& value, std::string_view kind) noexcept;

/// Nullptr after a fault: not an array, too few or too many items.
json::array const* checked_array(json::value const& value, Spot const& spot);
json::object array_schema(json::object items, Rule const& rule);
json::object nullable(json::object schema);

template <class T>
constexpr ParameterKind parameter_kind(Tag<T>) noexcept {
    if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Timestamp>) {
        return ParameterKind::text;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return ParameterKind::integer;
    } else if constexpr (std::is_same_v<T, double>) {
        return ParameterKind::number;
    } else if constexpr (std::is_same_v<T, bool>) {
        return ParameterKind::boolean;
    } else {
        return ParameterKind::none;
    }
}

template <class T>
constexpr ParameterKind parameter_kind(Tag<std::optional<T>>) noexcept {
    return parameter_kind(Tag<T>{});
}

template <class T>
constexpr ParameterKind parameter_kind(Tag<std::vector<T>>) noexcept {
    return std::is_same_v<T, std::string> ? ParameterKind::list : ParameterKind::none;
}

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

// Reading
// -------------------------------------------------------------------------------------------------

template <class T>
void read(json::value const& value, Spot const& spot, std::optional<T>& out) {
    out.emplace();
    read(value, spot, *out);
}

template <class T>
void read(json::value const& value, Spot const& spot, std::vector<T>& out) {
    auto const* array = checked_array(value, spot);
    if (array == nullptr) {
        return;
    }
    out.clear();
    out.resize(array->size());
    for (std::size_t at = 0; at < out.size(); ++at) {
        read((*array)[at], spot.at(at), out[at]);
    }
}

template <class... T>
void read(json::value const& value, Spot const& spot, std::variant<T...>& out) {
    std::string kinds;
    bool const done = (... || [&](auto tag) {
        using Alternative = boost::mp11::mp_first<decltype(tag)>;
        std::string_view const kind = kind_name(tag);
        if (is_of_kind(value, kind)) {
            read(value, spot, out.template emplace<Alternative>());
            return true;
        }
        kinds += kinds.empty() ? "" : " or ";
        kinds += kind;
        return false;
    }(Tag<T>{}));
    if (!done) {
        spot.fault("type", kinds);
    }
}

template <class T>
void read(json::value const& value, Spot const& spot, Checked<T>& out) {
    read(value, Spot{spot.rule, {}, out.faults}, out.value);
}

template <Described T>
void read(json::value const& value, Spot const& spot, T& out) {
    read_object(shape_of<T>(), &out, value, spot);
}

// Writing
// -------------------------------------------------------------------------------------------------

template <class T>
void write(std::optional<T> const& value, std::string& out) {
    if (value) {
        write(*value, out);
    } else {
        out += "null";
    }
}

template <class T>
void write(std::vector<T> const& value, std::string& out) {
    out += '[';
    bool first = true;
    for (auto const& item : value) {
        if (!first) {
            out += ',';
        }
        first = false;
        write(item, out);
    }
    out += ']';
}

template <class... T>
void write(std::variant<T...> const& value, std::string& out) {
    std::visit([&](auto const& held) { write(held, out); }, value);
}

template <class T>
void write(Checked<T> const& value, std::string& out) {
    write(value.value, out);
}

template <Described T>
void write(T const& value, std::string& out) {
    write_object(shape_of<T>(), &value, out);
}

// Documenting
// -------------------------------------------------------------------------------------------------

template <class T>
json::object schema(Tag<std::optional<T>>, Rule const& rule, SchemaSet& schemas) {
    auto inner = schema(Tag<T>{}, rule, schemas);
    return schemas.direction() == Direction::reply ? nullable(std::move(inner)) : inner;
}

template <class T>
json::object schema(Tag<std::vector<T>>, Rule const& rule, SchemaSet& schemas) {
    return array_schema(schema(Tag<T>{}, rule, schemas), rule);
}

template <class... T>
json::object schema(Tag<std::variant<T...>>, Rule const& rule, SchemaSet& schemas) {
    json::array choices;
    (choices.push_back(schema(Tag<T>{}, rule, schemas)), ...);
    return {{"oneOf", std::move(choices)}};
}

template <class T>
json::object schema(Tag<Checked<T>>, Rule const& rule, SchemaSet& schemas) {
    return schema(Tag<T>{}, rule, schemas);
}

template <Described T>
json::object schema(Tag<T>, Rule const&, SchemaSet& schemas) {
    return refer_to(shape_of<T>(), schemas);
}

// Shapes
// -------------------------------------------------------------------------------------------------

std::string camel_case(std::string_view snake_case);
Rule const* find_rule(Rules const& rules, std::string_view member) noexcept;
void note_unused_rules(Rules const& rules, std::vector<std::string> const& members, Shape& shape);

template <class T, class Descriptor>
Member make_member(Rule const& rule) {
    static constexpr auto pointer = Descriptor::pointer;
    using Type = std::remove_cvref_t<decltype(std::declval<T>().*pointer)>;
    Member member{};
    member.name =
        rule.wire_name.empty() ? camel_case(Descriptor::name) : std::string{rule.wire_name};
    member.rule = &rule;
    member.required = !is_optional<Type> && !rule.has_default;
    member.parameter = parameter_kind(Tag<Type>{});
    member.read = [](void* object, json::value const& value, Spot const& spot) {
        codec::read(value, spot, static_cast<T*>(object)->*pointer);
    };
    member.write = [](void const* object, std::string& out) {
        codec::write(static_cast<T const*>(object)->*pointer, out);
    };
    member.is_absent = [](void const* object) {
        if constexpr (is_optional<Type>) {
            return !(static_cast<T const*>(object)->*pointer).has_value();
        } else {
            return object == nullptr;
        }
    };
    member.schema = [](Rule const& its_rule, SchemaSet& schemas) {
        return codec::schema(Tag<Type>{}, its_rule, schemas);
    };
    return member;
}

template <class T>
Shape make_shape() {
    namespace describe = boost::describe;
    using Members = describe::describe_members<T, describe::mod_public | describe::mod_inherited>;
    Rules const rules = rules_of(static_cast<T const*>(nullptr));
    Shape shape;
    shape.name = std::string{rules.name};
    std::vector<std::string> names;
    boost::mp11::mp_for_each<Members>([&](auto descriptor) {
        names.emplace_back(descriptor.name);
        if (auto const* rule = find_rule(rules, descriptor.name)) {
            shape.members.push_back(make_member<T, decltype(descriptor)>(*rule));
        } else {
            shape.problems.push_back(shape.name + " has no rule for " + descriptor.name);
        }
    });
    note_unused_rules(rules, names, shape);
    static T const initial{};
    shape.initial = &initial;
    return shape;
}

} // namespace codec

template <class T>
Shape const& shape_of() {
    static Shape const shape = codec::make_shape<T>();
    return shape;
}

} // namespace loci::server
