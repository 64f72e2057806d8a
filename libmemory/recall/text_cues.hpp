#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace loci::recall {

/// What a text shows about itself without its words being understood. The word lists are English;
/// texts in other languages show only what needs no list.
struct TextCues {
    bool asks = false;                ///< ends with a question mark
    bool first_person = false;        ///< the writer speaks of himself: I, my, we …
    bool names_time = false;          ///< yesterday, last week, March, 2023 …
    bool names_number = false;        ///< digits, three, twice …
    std::vector<std::string> names{}; ///< words with a capital amid a sentence, in lower case
    std::size_t words = 0;
    bool operator==(TextCues const&) const = default;
};

TextCues read_cues(std::string_view text);

/// `text` up to what stands in brackets at its end, such as the description of a picture, which
/// nobody says: `Look! [image: a dog]`. A text of nothing else stays whole.
std::string_view without_attachments(std::string_view text);

/// The words of a text as cues are looked for: ASCII letters in lower case, apostrophes straight,
/// other letters as they are.
std::vector<std::string> plain_words(std::string_view text);

/// ASCII letters in lower case, all else as it is.
std::string lowered(std::string_view word);

/// 1..12 for the English name of a month or its first three letters, else 0. `may` is a month only
/// with a capital letter: `word` is as written.
int month_of(std::string_view word);

} // namespace loci::recall
