#include "api/json_text.hpp"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>

namespace loci::server::json_text {
namespace {

namespace json = boost::json;

constexpr char hexadecimal_digits[] = "0123456789abcdef";

std::string_view view(json::string_view text) noexcept {
    return {text.data(), text.size()};
}

void append_escaped(std::string& out, char character) {
    switch (character) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        out += "\\u00";
        out += hexadecimal_digits[static_cast<unsigned char>(character) >> 4u];
        out += hexadecimal_digits[static_cast<unsigned char>(character) & 15u];
    }
}

void append_unsigned(std::string& out, std::uint64_t number) {
    std::array<char, 24> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append_array(std::string& out, json::array const& array) {
    out += '[';
    for (std::size_t at = 0; at < array.size(); ++at) {
        if (at > 0) {
            out += ',';
        }
        append(out, array[at]);
    }
    out += ']';
}

void append_object(std::string& out, json::object const& object) {
    out += '{';
    bool first = true;
    for (auto const& [name, value] : object) {
        if (!first) {
            out += ',';
        }
        first = false;
        append(out, view(name));
        out += ':';
        append(out, value);
    }
    out += '}';
}

} // namespace

void append(std::string& out, std::string_view text) {
    out += '"';
    std::size_t plain = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto const code = static_cast<unsigned char>(text[at]);
        if (code < 0x20 || code == '"' || code == '\\') {
            out.append(text, plain, at - plain);
            append_escaped(out, text[at]);
            plain = at + 1;
        }
    }
    out.append(text, plain, text.size() - plain);
    out += '"';
}

void append(std::string& out, std::int64_t number) {
    std::array<char, 24> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    std::array<char, 32> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

void append(std::string& out, bool flag) {
    out += flag ? "true" : "false";
}

void append(std::string& out, json::value const& value) {
    switch (value.kind()) {
    case json::kind::null:
        out += "null";
        return;
    case json::kind::bool_:
        append(out, value.get_bool());
        return;
    case json::kind::int64:
        append(out, value.get_int64());
        return;
    case json::kind::uint64:
        append_unsigned(out, value.get_uint64());
        return;
    case json::kind::double_:
        append(out, value.get_double());
        return;
    case json::kind::string:
        append(out, view(value.get_string()));
        return;
    case json::kind::array:
        append_array(out, value.get_array());
        return;
    case json::kind::object:
        append_object(out, value.get_object());
        return;
    }
}

} // namespace loci::server::json_text
