#include "cli/console.hpp"

#include "api/json_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <loci/base/utf8.hpp>
#include <ostream>

namespace loci::cli {
namespace {

/// What a person can do about it; empty where the message says it all.
std::string_view advice(Error const& error) {
    if (error.reason == "DIRECTORY_IN_USE") {
        return "Stop the other process, or name another directory with --data.";
    }
    if (error.reason == "DATABASE_TOO_NEW") {
        return "Use the newer release of loci that wrote it.";
    }
    if (error.reason == "NOT_A_LOCI_DATABASE") {
        return "Name the right directory with --data.";
    }
    if (error.reason == "DISK_FULL") {
        return "Make room, or raise --maximum-size; nothing was half written.";
    }
    switch (error.kind) {
    case ErrorKind::corrupt:
        return "Run `loci doctor`, and restore a backup if it finds damage.";
    case ErrorKind::unauthenticated:
        return "Set LOCI_KEY to a valid key; `loci keys create NAME` makes one where the data is.";
    default:
        return {};
    }
}

/// Bytes of the code point that begins with this one.
std::size_t encoded_length(unsigned char first) {
    return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0x80 ? 2 : 1;
}

/// C0 but for new line and tab, delete, and C1, which is C2 80 to C2 9F in UTF-8.
bool is_control(std::string_view letter) {
    auto const first = static_cast<unsigned char>(letter.front());
    if (letter.size() == 1) {
        return (first < 0x20 && first != '\n' && first != '\t') || first == 0x7F;
    }
    return first == 0xC2 && static_cast<unsigned char>(letter[1]) < 0xA0;
}

} // namespace

void print_json(Console& console, boost::json::value const& value) {
    std::string text;
    server::json_text::append(text, value);
    console.out << text << '\n';
}

void print_error(Console& console, Error const& error) {
    console.error << "loci: " << printable(error.message);
    auto separator = " (";
    for (auto const& field : error.fields) {
        if (error.message.find(field.path) == std::string::npos) {
            console.error << separator << printable(field.path) << ": " << field.rule;
            separator = ", ";
        }
    }
    console.error << (separator[0] == ',' ? ")" : "");
    if (auto const what_to_do = advice(error); !what_to_do.empty()) {
        console.error << ". " << what_to_do;
    }
    console.error << '\n';
    console.error.flush();
}

ExitCode fail(Console& console, Error const& error) {
    print_error(console, error);
    return error.kind == ErrorKind::invalid ? ExitCode::usage : ExitCode::failure;
}

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        auto const letter = text.substr(i, encoded_length(static_cast<unsigned char>(text[i])));
        if (is_utf8(letter) && !is_control(letter)) {
            shown += letter;
            i += letter.size();
            continue;
        }
        // A control of two bytes is known by the second.
        i += is_utf8(letter) ? letter.size() - 1 : 0;
        shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i++]));
    }
    return shown;
}

} // namespace loci::cli
