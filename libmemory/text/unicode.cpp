#include "text/unicode.hpp"
#include <algorithm>
#include <stdexcept>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

namespace loci::text {
namespace {

constexpr int longest_mark_run = 30;
constexpr char32_t replacement = 0xFFFD;

using NormalizerSource = icu::Normalizer2 const* (*)(UErrorCode&);

icu::Normalizer2 const& normalizer(NormalizerSource source) {
    UErrorCode status = U_ZERO_ERROR;
    icu::Normalizer2 const* found = source(status);
    if (U_FAILURE(status) || found == nullptr) {
        throw std::runtime_error("the Unicode library lacks its normalisation data");
    }
    return *found;
}

std::string normalize(NormalizerSource source, std::string_view text) {
    std::string result;
    result.reserve(text.size());
    icu::StringByteSink<std::string> sink(&result);
    UErrorCode status = U_ZERO_ERROR;
    normalizer(source).normalizeUTF8(
        0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr,
        status);
    if (U_FAILURE(status)) {
        throw std::runtime_error("normalisation failed");
    }
    return result;
}

std::string limit_mark_runs(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    int run = 0;
    for (std::size_t position = 0; position < text.size();) {
        std::size_t const start = position;
        auto const code_point = static_cast<UChar32>(next_code_point(text, position));
        run = code_point >= 0x300 && u_getCombiningClass(code_point) != 0 ? run + 1 : 0;
        if (run <= longest_mark_run) {
            result.append(text.substr(start, position - start));
        }
    }
    return result;
}

bool loses_marks(UChar32 base) {
    if (u_isdigit(base)) {
        return true;
    }
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(base, &status)) {
    case USCRIPT_LATIN:
    case USCRIPT_GREEK:
    case USCRIPT_CYRILLIC:
    case USCRIPT_HEBREW:
        return true;
    default:
        return false;
    }
}

/// Plain spelling of letters without a decomposition; empty for all others.
std::string_view plain_letter(UChar32 letter) {
    switch (letter) {
    case 0xE6:
        return "ae";
    case 0xF0:
    case 0x111:
        return "d";
    case 0xF8:
        return "o";
    case 0xFE:
        return "th";
    case 0x127:
        return "h";
    case 0x131:
        return "i";
    case 0x142:
        return "l";
    case 0x153:
        return "oe";
    case 0x167:
        return "t";
    default:
        return {};
    }
}

} // namespace

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char32_t next_code_point(std::string_view text, std::size_t& position) noexcept {
    auto const first = static_cast<unsigned char>(text[position++]);
    if (first < 0x80) {
        return first;
    }
    if (first < 0xC2 || first > 0xF4) {
        return replacement;
    }
    int const more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    char32_t code_point = first & (0x3Fu >> more);
    for (int i = 0; i < more; ++i, ++position) {
        if (position == text.size() || (static_cast<unsigned char>(text[position]) >> 6) != 2) {
            return replacement;
        }
        code_point = (code_point << 6) | (static_cast<unsigned char>(text[position]) & 0x3Fu);
    }
    bool const overlong = code_point < (more == 1 ? 0x80u : more == 2 ? 0x800u : 0x10000u);
    bool const surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    return overlong || surrogate || code_point > 0x10FFFF ? replacement : code_point;
}

void append_code_point(std::string& text, char32_t code_point) {
    char bytes[U8_MAX_LENGTH];
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, static_cast<UChar32>(code_point));
    text.append(bytes, static_cast<std::size_t>(length));
}

std::string case_fold(std::string_view text) {
    if (is_ascii(text)) {
        std::string result(text);
        for (char& c : result) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return result;
    }
    return normalize(&icu::Normalizer2::getNFKCCasefoldInstance, limit_mark_runs(text));
}

std::string strip_marks(std::string_view word) {
    if (is_ascii(word)) {
        return std::string(word);
    }
    std::string const decomposed = normalize(&icu::Normalizer2::getNFDInstance, word);
    std::string result;
    bool stripping = false;
    for (std::size_t position = 0; position < decomposed.size();) {
        auto const code_point = static_cast<UChar32>(next_code_point(decomposed, position));
        bool const mark = (U_GET_GC_MASK(code_point) & U_GC_M_MASK) != 0;
        if (mark && stripping) {
            continue;
        }
        if (!mark) {
            stripping = loses_marks(code_point);
        }
        if (auto const plain = plain_letter(code_point); !plain.empty()) {
            result.append(plain);
        } else {
            append_code_point(result, static_cast<char32_t>(code_point));
        }
    }
    return is_ascii(result) ? result : normalize(&icu::Normalizer2::getNFCInstance, result);
}

} // namespace loci::text
