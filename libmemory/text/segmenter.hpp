#pragma once
#include <string_view>
#include <vector>

namespace loci::text {

/// A stretch of folded text that belongs together.
struct Segment {
    enum class Kind {
        word,       ///< letters, digits and their marks, with inner apostrophes
        ideographs, ///< a run of Han and kana
        hangul,     ///< a run of Hangul
        unspaced,   ///< a run of a script written without spaces: Thai, Lao, Khmer, Burmese …
        emoji       ///< one pictograph or flag
    };
    Kind kind;
    std::string_view text;
};

/// Cuts case-folded, well-formed UTF-8; what lies between the segments is dropped.
std::vector<Segment> segment(std::string_view folded);

/// The words of a run without spaces, by ICU's dictionaries; one break iterator a thread.
std::vector<std::string_view> dictionary_words(std::string_view run);

bool is_apostrophe(char32_t code_point) noexcept;

} // namespace loci::text
