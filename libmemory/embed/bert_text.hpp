#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace loci::embed {

/// The normalizer `BertNormalizer` of tokenizer.json.
struct BertNormalizer {
    bool clean_text = true;           ///< drop control characters, make all white space a space
    bool handle_chinese_chars = true; ///< spaces around CJK ideographs
    bool strip_accents = true;        ///< decompose (NFD), drop non-spacing marks
    bool lowercase = true;

    /// Takes UTF-8.
    std::string normalise(std::string_view text) const;
};

/// The pre-tokenizer `BertPreTokenizer`: words between white space, each punctuation character a
/// word of its own. Views into `text`.
std::vector<std::string_view> bert_words(std::string_view text);

bool is_white_space(char32_t code_point) noexcept;

/// Letters, marks, digits, connectors: what regular expressions call a word character.
bool is_word_character(char32_t code_point) noexcept;

} // namespace loci::embed
