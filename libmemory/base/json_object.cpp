#include <loci/base/json_object.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace loci {
namespace {

/// Looks at the events of a parse and keeps nothing of the values.
struct Checker {
    static constexpr std::size_t max_object_size = std::size_t(-1);
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);
    using Code = boost::json::error_code;
    using Text = boost::json::string_view;

    std::size_t maximum_depth = JsonObject::usual_depth;
    char const* broken_rule = nullptr;
    std::size_t depth = 0;
    std::vector<std::unordered_set<std::string>> names{};
    std::string name{};

    bool refuse(char const* rule, Code& code) {
        broken_rule = rule;
        code = boost::json::error::syntax;
        return false;
    }

    bool enter(Code& code) { return ++depth <= maximum_depth || refuse("depth", code); }

    bool leave() {
        --depth;
        return true;
    }

    /// A scalar is only allowed within the object.
    bool scalar(Code& code) { return depth > 0 || refuse("type", code); }

    bool without_nul(Text text, Code& code) {
        return text.find('\0') == Text::npos || refuse("pattern", code);
    }

    bool on_document_begin(Code&) { return true; }

    bool on_document_end(Code&) { return true; }

    bool on_object_begin(Code& code) {
        names.emplace_back();
        return enter(code);
    }

    bool on_object_end(std::size_t, Code&) {
        names.pop_back();
        return leave();
    }

    bool on_array_begin(Code& code) { return (depth > 0 || refuse("type", code)) && enter(code); }

    bool on_array_end(std::size_t, Code&) { return leave(); }

    bool on_key_part(Text part, std::size_t, Code&) {
        name += std::string_view{part.data(), part.size()};
        return true;
    }

    bool on_key(Text part, std::size_t, Code& code) {
        name += std::string_view{part.data(), part.size()};
        if (name.find('\0') != std::string::npos) {
            return refuse("pattern", code);
        }
        if (!names.back().insert(std::exchange(name, {})).second) {
            return refuse("uniqueItems", code);
        }
        return true;
    }

    bool on_string_part(Text part, std::size_t, Code& code) { return without_nul(part, code); }

    bool on_string(Text part, std::size_t, Code& code) {
        return scalar(code) && without_nul(part, code);
    }

    bool on_number_part(Text, Code&) { return true; }

    bool on_int64(std::int64_t, Text, Code& code) { return scalar(code); }

    bool on_uint64(std::uint64_t, Text, Code& code) { return scalar(code); }

    bool on_double(double number, Text, Code& code) {
        return scalar(code) && (std::isfinite(number) || refuse("maximum", code));
    }

    bool on_bool(bool, Code& code) { return scalar(code); }

    bool on_null(Code& code) { return scalar(code); }

    bool on_comment_part(Text, Code&) { return true; }

    bool on_comment(Text, Code&) { return true; }
};

char const* message_of(std::string_view rule) {
    if (rule == "depth") {
        return "is nested deeper than 32 levels";
    }
    if (rule == "uniqueItems") {
        return "repeats a name within one object";
    }
    if (rule == "pattern") {
        return "contains the character U+0000";
    }
    if (rule == "maximum") {
        return "contains a number out of range";
    }
    return "must be a JSON object";
}

/// Drops white space between tokens. Numbers and escapes stay as they were written, so that no
/// digit of a client's number is lost.
std::string compact(std::string_view text) {
    std::string kept;
    kept.reserve(text.size());
    bool in_string = false;
    bool escaped = false;
    for (auto const letter : text) {
        if (in_string) {
            kept += letter;
            in_string = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
        } else if (letter != ' ' && letter != '\t' && letter != '\n' && letter != '\r') {
            kept += letter;
            in_string = letter == '"';
        }
    }
    return kept;
}

} // namespace

JsonObject::JsonObject()
    : text_("{}") {}

JsonObject::JsonObject(std::string text)
    : text_(std::move(text)) {}

Result<JsonObject> JsonObject::parse(std::string_view text, std::size_t maximum_depth) {
    boost::json::parse_options options;
    options.max_depth = maximum_depth + 2; // the checker counts, and knows which rule it was
    boost::json::basic_parser<Checker> parser{options, Checker{maximum_depth}};
    boost::json::error_code code;
    auto const used = parser.write_some(false, text.data(), text.size(), code);
    if (auto const* rule = parser.handler().broken_rule) {
        return invalid_field("", rule, message_of(rule));
    }
    if (code || used != text.size()) {
        return invalid_field("", "format", "is not well-formed JSON in UTF-8");
    }
    return JsonObject{compact(text)};
}

JsonObject JsonObject::trusted(std::string text) {
    return JsonObject{std::move(text)};
}

} // namespace loci
