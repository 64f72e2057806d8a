#include "text/analyzer.hpp"
#include "text/contractions.hpp"
#include "text/irregular_forms.hpp"
#include "text/segmenter.hpp"
#include "text/stemmer.hpp"
#include "text/stop_words.hpp"
#include "text/unicode.hpp"
#include <algorithm>
#include <array>
#include <loci/base/utf8.hpp>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

namespace loci::text {
namespace {

constexpr std::size_t longest_stem = 64;

/// Articles and pronouns that French and Italian hang before a word.
constexpr std::array<std::string_view, 14> elisions{"l'",    "d'",   "j'",    "m'",   "t'",
                                                    "s'",    "c'",   "n'",    "qu'",  "un'",
                                                    "dell'", "all'", "nell'", "sull'"};

/// The letters of a segment: apostrophes straight; grouping commas and gershayim dropped.
std::string plain_word(std::string_view segment) {
    std::string word;
    for (std::size_t position = 0; position < segment.size();) {
        char32_t const c = next_code_point(segment, position);
        if (is_apostrophe(c)) {
            word += '\'';
        } else if (c != ',' && c != '"' && c != 0x5F4) {
            append_code_point(word, c);
        }
    }
    return word;
}

std::string_view without_elision(std::string_view word) {
    constexpr std::size_t shortest_rest = 3;
    for (auto const prefix : elisions) {
        if (word.starts_with(prefix) && word.size() >= prefix.size() + shortest_rest) {
            return word.substr(prefix.size());
        }
    }
    return word;
}

/// English has no marks of its own, so `résumés` must meet its rules as `resumes`; other languages'
/// rules look at the marks.
std::string stem_of(std::string_view word, Stemmer stemmer) {
    std::string bare(word);
    std::erase(bare, '\'');
    if (stemmer.is_english()) {
        return stemmer.stem(base_form(strip_marks(bare)));
    }
    return strip_marks(stemmer.stem(bare));
}

class Analyzer {
public:
    explicit Analyzer(std::string_view language)
        : language_(language) {}

    std::vector<std::string> run(std::string_view text) {
        std::string const folded = case_fold(text);
        for (Segment const& each : segment(folded)) {
            add(each);
        }
        return std::move(stems_.empty() ? stop_words_ : stems_);
    }

private:
    void add(Segment const& segment) {
        switch (segment.kind) {
        case Segment::Kind::word:
            add_word(segment.text);
            break;
        case Segment::Kind::ideographs:
            add_pairs(segment.text, true);
            break;
        case Segment::Kind::hangul:
            add_pairs(segment.text, false);
            break;
        case Segment::Kind::unspaced:
            for (auto const word : dictionary_words(segment.text)) {
                stems_.emplace_back(first_code_points(word, longest_stem));
            }
            break;
        case Segment::Kind::emoji:
            stems_.emplace_back(segment.text);
            break;
        }
    }

    void add_word(std::string_view segment) {
        if (is_bare(segment)) {
            add_bare_word(segment);
            return;
        }
        std::string const plain = plain_word(first_code_points(segment, longest_stem));
        Stemmer const stemmer = Stemmer::choose(plain, language_);
        std::string_view word = plain;
        if (is_stop_word(word, stemmer.language())) {
            add_stop_word(word, stemmer);
            return;
        }
        word = without_contraction(word);
        if (is_stop_word(word, stemmer.language())) {
            add_stop_word(word, stemmer);
            return;
        }
        word = without_elision(word);
        if (auto stem = stem_of(word, stemmer); !stem.empty()) {
            stems_.push_back(std::move(stem));
        }
    }

    /// Most words: nothing of them is dropped, hung before or after, or marked.
    static bool is_bare(std::string_view segment) {
        return segment.size() <= longest_stem &&
               std::all_of(segment.begin(), segment.end(),
                           [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
    }

    void add_bare_word(std::string_view word) {
        auto const stemmer = Stemmer::choose(word, language_);
        if (is_stop_word(word, stemmer.language())) {
            add_stop_word(word, stemmer);
        } else if (auto stem = stem_of(word, stemmer); !stem.empty()) {
            stems_.push_back(std::move(stem));
        }
    }

    /// Kept only as long as nothing better has come.
    void add_stop_word(std::string_view word, Stemmer stemmer) {
        if (stems_.empty()) {
            stop_words_.push_back(stem_of(word, stemmer));
        }
    }

    void add_pairs(std::string_view run, bool mixed) {
        std::vector<std::string_view> letters = letters_of(run);
        for (std::size_t i = 0; i < letters.size(); ++i) {
            if (letters.size() == 1 || (mixed && is_ideograph(letters[i]))) {
                stems_.emplace_back(letters[i]);
            }
            if (i + 1 < letters.size()) {
                stems_.push_back(std::string(letters[i]).append(letters[i + 1]));
            }
        }
    }

    static bool is_ideograph(std::string_view letter) {
        UErrorCode status = U_ZERO_ERROR;
        std::size_t position = 0;
        auto const c = static_cast<UChar32>(next_code_point(letter, position));
        return uscript_getScript(c, &status) == USCRIPT_HAN;
    }

    static std::vector<std::string_view> letters_of(std::string_view run) {
        std::vector<std::string_view> letters;
        letters.reserve(run.size() / 3);
        for (std::size_t position = 0; position < run.size();) {
            std::size_t const start = position;
            auto const c = static_cast<UChar32>(next_code_point(run, position));
            if ((U_GET_GC_MASK(c) & U_GC_M_MASK) == 0) {
                letters.push_back(run.substr(start, position - start));
            }
        }
        return letters;
    }

    std::string_view language_;
    std::vector<std::string> stems_;
    std::vector<std::string> stop_words_;
};

} // namespace

Analysis analyze(std::string_view text, std::string_view language) {
    return {Analyzer(language).run(text)};
}

std::string fold(std::string_view text) {
    std::string const folded = case_fold(text);
    std::string result;
    result.reserve(folded.size());
    bool space = false;
    for (std::size_t position = 0; position < folded.size();) {
        std::size_t const start = position;
        auto const c = static_cast<UChar32>(next_code_point(folded, position));
        if (c < 0x80 ? c == ' ' || (c >= '\t' && c <= '\r') : u_isUWhiteSpace(c)) {
            space = !result.empty();
            continue;
        }
        if (space) {
            result += ' ';
            space = false;
        }
        result.append(folded, start, position - start);
    }
    return result;
}

std::string join_stems(std::vector<std::string> const& stems) {
    std::string blob;
    for (auto const& stem : stems) {
        blob.append(stem).push_back('\n');
    }
    return blob;
}

std::vector<std::string_view> split_stems(std::string_view blob) {
    std::vector<std::string_view> stems;
    while (!blob.empty()) {
        auto const end = std::min(blob.find('\n'), blob.size());
        stems.push_back(blob.substr(0, end));
        blob.remove_prefix(std::min(end + 1, blob.size()));
    }
    return stems;
}

} // namespace loci::text
