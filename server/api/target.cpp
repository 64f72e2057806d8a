#include "api/target.hpp"

#include <loci/base/utf8.hpp>
#include <optional>

namespace loci::server {
namespace {

enum class Plus { literal, space };

Error malformed(std::string message) {
    return Error{ErrorKind::invalid, "MALFORMED_TARGET", std::move(message)};
}

std::optional<unsigned> hexadecimal(char digit) noexcept {
    if (digit >= '0' && digit <= '9') {
        return static_cast<unsigned>(digit - '0');
    }
    if (digit >= 'a' && digit <= 'f') {
        return static_cast<unsigned>(digit - 'a') + 10u;
    }
    if (digit >= 'A' && digit <= 'F') {
        return static_cast<unsigned>(digit - 'A') + 10u;
    }
    return std::nullopt;
}

std::optional<std::string> decode(std::string_view text, Plus plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '+' && plus == Plus::space) {
            decoded += ' ';
        } else if (text[at] != '%') {
            decoded += text[at];
        } else {
            if (at + 2 >= text.size()) {
                return std::nullopt;
            }
            auto const high = hexadecimal(text[at + 1]);
            auto const low = hexadecimal(text[at + 2]);
            if (!high || !low) {
                return std::nullopt;
            }
            decoded += static_cast<char>(*high * 16u + *low);
            at += 2;
        }
    }
    return is_utf8(decoded) ? std::optional{std::move(decoded)} : std::nullopt;
}

bool has_control_character(std::string_view text) noexcept {
    for (char const character : text) {
        auto const code = static_cast<unsigned char>(character);
        if (code < 0x20 || code == 0x7f) {
            return true;
        }
    }
    return false;
}

Result<std::vector<std::string>> parse_path(std::string_view path) {
    std::vector<std::string> segments;
    while (!path.empty()) {
        auto const end = path.find('/');
        auto segment = decode(path.substr(0, end), Plus::literal);
        if (!segment) {
            return malformed("The path of the request holds a bad escape or is not UTF-8");
        }
        if (has_control_character(*segment)) {
            return malformed("The path of the request holds a control character");
        }
        segments.push_back(std::move(*segment));
        if (end == std::string_view::npos) {
            break;
        }
        path.remove_prefix(end + 1);
        if (path.empty()) {
            segments.emplace_back();
        }
    }
    return segments;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> parameters;
    while (!query.empty()) {
        auto const end = query.find('&');
        auto const parameter = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        if (parameter.empty()) {
            continue;
        }
        auto const equals = parameter.find('=');
        auto name = decode(parameter.substr(0, equals), Plus::space);
        auto value = equals == std::string_view::npos
                         ? std::optional<std::string>{std::string{}}
                         : decode(parameter.substr(equals + 1), Plus::space);
        if (!name || !value) {
            return malformed("The query of the request holds a bad escape or is not UTF-8");
        }
        parameters.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

} // namespace

Result<Target> parse_target(std::string_view target) {
    if (!target.starts_with('/')) {
        return malformed("The request target must begin with a slash");
    }
    auto const question = target.find('?');
    auto path = target.substr(0, question);
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));

    auto segments = parse_path(path);
    if (!segments) {
        return segments.error();
    }
    Target parsed{.segments = std::move(*segments), .trailing_slash = false, .query = {}};
    if (!parsed.segments.empty() && parsed.segments.back().empty()) {
        parsed.segments.pop_back();
        parsed.trailing_slash = true;
    }
    if (question != std::string_view::npos) {
        auto query = parse_query(target.substr(question + 1));
        if (!query) {
            return query.error();
        }
        parsed.query = std::move(*query);
    }
    return parsed;
}

} // namespace loci::server
