#include "embed/bert_text.hpp"

#include <array>
#include <text/unicode.hpp>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <utility>

namespace loci::embed {
namespace {

constexpr char32_t replacement = 0xFFFD;

constexpr std::array<std::pair<char32_t, char32_t>, 8> ideographs{{{0x4E00, 0x9FFF},
                                                                   {0x3400, 0x4DBF},
                                                                   {0x20000, 0x2A6DF},
                                                                   {0x2A700, 0x2B73F},
                                                                   {0x2B740, 0x2B81F},
                                                                   {0x2B920, 0x2CEAF},
                                                                   {0xF900, 0xFAFF},
                                                                   {0x2F800, 0x2FA1F}}};

UChar32 as_icu(char32_t code_point) noexcept {
    return static_cast<UChar32>(code_point);
}

bool is_in(char32_t code_point, std::uint32_t categories) noexcept {
    return (U_GET_GC_MASK(as_icu(code_point)) & categories) != 0;
}

bool is_dropped(char32_t code_point) noexcept {
    if (code_point == U'\t' || code_point == U'\n' || code_point == U'\r') {
        return false;
    }
    return code_point == 0 || code_point == replacement || is_in(code_point, U_GC_C_MASK);
}

bool is_ideograph(char32_t code_point) noexcept {
    for (auto const& [first, last] : ideographs) {
        if (code_point >= first && code_point <= last) {
            return true;
        }
    }
    return false;
}

bool is_punctuation(char32_t code_point) noexcept {
    if (code_point < 128) {
        return (code_point >= 33 && code_point <= 47) || (code_point >= 58 && code_point <= 64) ||
               (code_point >= 91 && code_point <= 96) || (code_point >= 123 && code_point <= 126);
    }
    return is_in(code_point, U_GC_P_MASK);
}

std::string clean(std::string_view text) {
    std::string cleaned;
    cleaned.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        auto const code_point = text::next_code_point(text, at);
        if (is_dropped(code_point)) {
            continue;
        }
        text::append_code_point(cleaned, is_white_space(code_point) ? U' ' : code_point);
    }
    return cleaned;
}

std::string separate_ideographs(std::string_view text) {
    std::string separated;
    separated.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        auto const code_point = text::next_code_point(text, at);
        if (is_ideograph(code_point)) {
            separated += ' ';
            text::append_code_point(separated, code_point);
            separated += ' ';
        } else {
            text::append_code_point(separated, code_point);
        }
    }
    return separated;
}

std::string without_accents(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    auto const* const decomposition = icu::Normalizer2::getNFDInstance(status);
    if (U_FAILURE(status) != 0) {
        return std::string{text};
    }
    icu::StringPiece const piece{text.data(), static_cast<std::int32_t>(text.size())};
    auto const decomposed = decomposition->normalize(icu::UnicodeString::fromUTF8(piece), status);
    icu::UnicodeString kept;
    for (std::int32_t at = 0; at < decomposed.length();) {
        auto const code_point = decomposed.char32At(at);
        if (u_charType(code_point) != U_NON_SPACING_MARK) {
            kept.append(code_point);
        }
        at += U16_LENGTH(code_point);
    }
    std::string result;
    kept.toUTF8String(result);
    return result;
}

// One character at a time: a sigma at the end of a word is treated like any other.
std::string lower(std::string_view text) {
    std::string lowered;
    lowered.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        auto const code_point = text::next_code_point(text, at);
        if (code_point < 128) {
            auto const is_capital = code_point >= U'A' && code_point <= U'Z';
            lowered += static_cast<char>(is_capital ? code_point + 32 : code_point);
            continue;
        }
        icu::UnicodeString one{as_icu(code_point)};
        one.toLower(icu::Locale::getRoot()).toUTF8String(lowered);
    }
    return lowered;
}

} // namespace

std::string BertNormalizer::normalise(std::string_view text) const {
    auto normalised = clean_text ? clean(text) : std::string{text};
    if (handle_chinese_chars) {
        normalised = separate_ideographs(normalised);
    }
    if (strip_accents && !text::is_ascii(normalised)) {
        normalised = without_accents(normalised);
    }
    return lowercase ? lower(normalised) : normalised;
}

std::vector<std::string_view> bert_words(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t begin = 0; // of the word that is being read
    auto const end_word = [&](std::size_t end) {
        if (end > begin) {
            words.push_back(text.substr(begin, end - begin));
        }
    };
    for (std::size_t at = 0; at < text.size();) {
        auto const here = at;
        auto const code_point = text::next_code_point(text, at);
        if (is_white_space(code_point)) {
            end_word(here);
            begin = at;
        } else if (is_punctuation(code_point)) {
            end_word(here);
            words.push_back(text.substr(here, at - here));
            begin = at;
        }
    }
    end_word(text.size());
    return words;
}

bool is_white_space(char32_t code_point) noexcept {
    return u_isUWhiteSpace(as_icu(code_point)) != 0;
}

bool is_word_character(char32_t code_point) noexcept {
    return u_hasBinaryProperty(as_icu(code_point), UCHAR_ALPHABETIC) != 0 ||
           u_hasBinaryProperty(as_icu(code_point), UCHAR_JOIN_CONTROL) != 0 ||
           is_in(code_point, U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK);
}

} // namespace loci::embed
