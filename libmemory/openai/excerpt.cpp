#include "openai/excerpt.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <loci/base/utf8.hpp>

namespace loci::openai {
namespace {

constexpr std::size_t shown_code_points = 300;
constexpr std::size_t piece = 12; ///< bytes of a secret that must not show
constexpr std::size_t longest_parsed = 64 * 1024;

/// JSON without escapes, so that a repeated text is recognised.
std::string unescaped(std::string_view body) {
    boost::json::error_code failed;
    if (body.size() <= longest_parsed) {
        auto const parsed = boost::json::parse({body.data(), body.size()}, failed);
        if (!failed) {
            return boost::json::serialize(parsed);
        }
    }
    return std::string{body};
}

std::string on_one_line(std::string_view text) {
    auto const is_text = is_utf8(text);
    std::string line{is_text ? first_code_points(text, shown_code_points)
                             : text.substr(0, shown_code_points)};
    for (auto& letter : line) {
        auto const byte = static_cast<unsigned char>(letter);
        if (byte < 0x20 || byte == 0x7F) {
            letter = ' ';
        } else if (!is_text && byte > 0x7F) {
            letter = '?';
        }
    }
    return line;
}

bool repeats(std::string_view shown, std::string_view secret) {
    auto const size = std::min(secret.size(), piece);
    if (size < 4) {
        return false; // too short to say anything, and to be told from chance
    }
    for (std::size_t at = 0; at + size <= shown.size(); ++at) {
        if (secret.find(shown.substr(at, size)) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

} // namespace

std::string excerpt_of(std::string_view body, std::span<std::string const> secrets) {
    auto const line = on_one_line(unescaped(body));
    auto const hides = std::any_of(secrets.begin(), secrets.end(), [&](std::string const& secret) {
        return repeats(line, on_one_line(secret)) || repeats(line, secret);
    });
    if (hides) {
        return "(its message repeats what it was sent)";
    }
    return trim(line).empty() ? "(without a message)" : line;
}

} // namespace loci::openai
