#include <loci/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace loci {
namespace {

bool is_continuation(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u;
}

struct Sequence {
    std::size_t length; ///< 0: no well-formed text starts so
    unsigned char lowest_second;
    unsigned char highest_second;
};

/// Table 3-7 of the Unicode standard: the second byte's range depends on the first byte.
Sequence sequence_of(unsigned char first) noexcept {
    if (first < 0x80) {
        return {1, 0, 0};
    }
    if (first < 0xC2) {
        return {0, 0, 0};
    }
    if (first < 0xE0) {
        return {2, 0x80, 0xBF};
    }
    if (first < 0xF0) {
        return {3, static_cast<unsigned char>(first == 0xE0 ? 0xA0 : 0x80),
                static_cast<unsigned char>(first == 0xED ? 0x9F : 0xBF)};
    }
    if (first < 0xF5) {
        return {4, static_cast<unsigned char>(first == 0xF0 ? 0x90 : 0x80),
                static_cast<unsigned char>(first == 0xF4 ? 0x8F : 0xBF)};
    }
    return {0, 0, 0};
}

/// Length of the well-formed code point at the start of `text`; 0 when there is none.
std::size_t code_point_length(std::string_view text) noexcept {
    auto const sequence = sequence_of(static_cast<unsigned char>(text.front()));
    if (sequence.length <= 1) {
        return sequence.length;
    }
    if (text.size() < sequence.length) {
        return 0;
    }
    auto const second = static_cast<unsigned char>(text[1]);
    if (second < sequence.lowest_second || second > sequence.highest_second) {
        return 0;
    }
    auto const rest = text.substr(2, sequence.length - 2);
    return std::ranges::all_of(rest, is_continuation) ? sequence.length : 0;
}

/// Every code point with the property White_Space, as UTF-8.
constexpr std::array<std::string_view, 25> white_space{
    "\t",           "\n",           "\v",           "\f",           "\r",           " ",
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82",
    "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88",
    "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
    "\xE3\x80\x80"};

} // namespace

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        auto const length = code_point_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

std::size_t count_code_points(std::string_view text) noexcept {
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, is_continuation));
}

std::string_view first_code_points(std::string_view text, std::size_t code_points) noexcept {
    std::size_t seen = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_continuation(text[at])) {
            continue;
        }
        if (seen == code_points) {
            return text.substr(0, at);
        }
        ++seen;
    }
    return text;
}

std::string_view trim(std::string_view text) noexcept {
    auto const starts = [&](std::string_view space) { return text.starts_with(space); };
    for (auto found = std::ranges::find_if(white_space, starts); found != white_space.end();
         found = std::ranges::find_if(white_space, starts)) {
        text.remove_prefix(found->size());
    }
    auto const ends = [&](std::string_view space) { return text.ends_with(space); };
    for (auto found = std::ranges::find_if(white_space, ends); found != white_space.end();
         found = std::ranges::find_if(white_space, ends)) {
        text.remove_suffix(found->size());
    }
    return text;
}

} // namespace loci
