#include "consolidation/statement.hpp"

#include "consolidation/turning_words.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <text/analyzer.hpp>
#include <text/segmenter.hpp>
#include <text/stemmer.hpp>
#include <text/stop_words.hpp>
#include <text/unicode.hpp>
#include <unicode/uchar.h>
#include <utility>

namespace loci::consolidation {
namespace {

using memory::WordAgreement;
using memory::WordRelation;

constexpr double stop_word_weight = 0.25;
constexpr double letter_weight = 0.5; ///< of scripts without spaces between words

/// Contractions of English, and the word that each stands for; none for the possessive.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> contractions{
    {{"n't", "not"},
     {"'re", "are"},
     {"'ve", "have"},
     {"'ll", "will"},
     {"'m", "am"},
     {"'d", "would"},
     {"'s", {}}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> irregular{
    {{"can't", "can"}, {"cannot", "can"}, {"won't", "will"}}};

bool is_article(std::string_view word) {
    return word == "a" || word == "an" || word == "the";
}

char32_t first_of(std::string_view text) {
    std::size_t position = 0;
    return text::next_code_point(text, position);
}

bool has_digit(std::string_view word) {
    for (std::size_t position = 0; position < word.size();) {
        if (u_isdigit(static_cast<UChar32>(text::next_code_point(word, position)))) {
            return true;
        }
    }
    return false;
}

bool is_capital(std::string_view word) {
    auto const first = static_cast<UChar32>(first_of(word));
    return u_isupper(first) || u_istitle(first);
}

/// Signs between words that say something: question marks, currencies, `+`, `%` …
bool says_something(char32_t letter) {
    constexpr std::u32string_view marks = U"?？؟\u037e#%&@/";
    return marks.find(letter) != std::u32string_view::npos ||
           (U_GET_GC_MASK(static_cast<UChar32>(letter)) & (U_GC_SC_MASK | U_GC_SM_MASK)) != 0;
}

/// Whether a number after `gap` is below zero: `-5`, but not the second one of `3-5`.
bool ends_in_sign(std::string_view gap, bool begins_text) {
    for (std::string_view const sign : {"-", "\u2212"}) {
        if (gap.ends_with(sign)) {
            gap.remove_suffix(sign.size());
            return gap.empty()
                       ? begins_text
                       : std::string_view{" \t\n("}.find(gap.back()) != std::string_view::npos;
        }
    }
    return false;
}

std::string plain_word(std::string_view segment) {
    auto word = text::case_fold(segment);
    for (std::string_view const apostrophe : {"\u2019", "\u2018", "\u02bc"}) {
        for (auto at = word.find(apostrophe); at != std::string::npos;
             at = word.find(apostrophe, at)) {
            word.replace(at, apostrophe.size(), "'");
        }
    }
    std::erase(word, ',');
    return word;
}

class Reader {
public:
    Reader(std::string_view text, std::string_view language)
        : text_(text)
        , language_(language) {}

    Statement read() {
        std::size_t at = 0;
        for (auto const& segment : text::segment(text_)) {
            auto const start = static_cast<std::size_t>(segment.text.data() - text_.data());
            add_signs(text_.substr(at, start - at));
            add(segment);
            at = start + segment.text.size();
        }
        add_signs(text_.substr(at));
        return std::move(words_);
    }

private:
    void add(text::Segment const& segment) {
        switch (segment.kind) {
        case text::Segment::Kind::word:
            add_word(segment.text);
            break;
        case text::Segment::Kind::ideographs:
        case text::Segment::Kind::hangul:
            add_letters(segment.text);
            break;
        case text::Segment::Kind::unspaced:
            for (auto const word : text::dictionary_words(segment.text)) {
                words_.push_back({std::string{word}, 1, turns_meaning(word)});
            }
            break;
        case text::Segment::Kind::emoji:
            words_.push_back({std::string{segment.text}, stop_word_weight, false});
            break;
        }
    }

    /// What lies between two segments.
    void add_signs(std::string_view gap) {
        for (std::size_t position = 0; position < gap.size();) {
            auto const start = position;
            if (says_something(text::next_code_point(gap, position))) {
                words_.push_back(
                    {std::string{gap.substr(start, position - start)}, stop_word_weight, true});
            }
        }
        is_negative_ = ends_in_sign(gap, gap.data() == text_.data());
    }

    void add_word(std::string_view segment) {
        auto word = plain_word(segment);
        for (auto const& [whole, rest] : irregular) {
            if (word == whole) {
                add_plain(rest, is_capital(segment));
                add_plain("not", false);
                return;
            }
        }
        for (auto const& [ending, meaning] : contractions) {
            if (word.size() > ending.size() && word.ends_with(ending)) {
                word.resize(word.size() - ending.size());
                add_plain(word, is_capital(segment));
                if (!meaning.empty()) {
                    add_plain(meaning, false);
                }
                return;
            }
        }
        add_plain(word, is_capital(segment));
    }

    void add_plain(std::string_view word, bool begins_with_capital) {
        if (is_article(word)) {
            return;
        }
        if (has_digit(word)) {
            words_.push_back({(is_negative_ ? "-" : "") + std::string{word}, 1, true});
            return;
        }
        auto const stemmer = text::Stemmer::choose(word, language_);
        auto const is_stop_word = text::is_stop_word(word, stemmer.language());
        words_.push_back({text::strip_marks(stemmer.stem(word)),
                          is_stop_word ? stop_word_weight : 1.0,
                          turns_meaning(word) || (begins_with_capital && !is_stop_word)});
    }

    void add_letters(std::string_view run) {
        for (std::size_t position = 0; position < run.size();) {
            auto const start = position;
            auto const letter = text::next_code_point(run, position);
            words_.push_back({std::string{run.substr(start, position - start)}, letter_weight,
                              turns_meaning(letter)});
        }
    }

    std::string_view text_;
    std::string_view language_;
    Statement words_;
    bool is_negative_ = false;
};

double weight_of(Statement const& statement) {
    double sum = 0;
    for (auto const& word : statement) {
        sum += word.weight;
    }
    return sum;
}

bool holds_in_order(Statement const& longer, Statement const& shorter) {
    auto next = shorter.begin();
    for (auto const& word : longer) {
        if (next != shorter.end() && word.stem == next->stem) {
            ++next;
        }
    }
    return next == shorter.end();
}

/// Whether a word that the longer one has more than the shorter one turns the meaning.
bool turns(Statement const& longer, Statement const& shorter) {
    std::map<std::string_view, int> more;
    for (auto const& word : longer) {
        ++more[word.stem];
    }
    for (auto const& word : shorter) {
        --more[word.stem];
    }
    return std::any_of(longer.begin(), longer.end(),
                       [&](auto const& word) { return word.is_telling && more[word.stem] > 0; });
}

} // namespace

Statement read_statement(std::string_view text, std::string_view language) {
    return Reader{text, language}.read();
}

WordAgreement compare(Statement const& first, Statement const& second) {
    auto const first_is_longer = first.size() >= second.size();
    auto const& longer = first_is_longer ? first : second;
    auto const& shorter = first_is_longer ? second : first;
    if (shorter.empty() || !holds_in_order(longer, shorter) || turns(longer, shorter)) {
        return {};
    }
    auto const common = weight_of(shorter);
    auto const share = 2 * common / (common + weight_of(longer));
    if (longer.size() == shorter.size()) {
        return {WordRelation::equal, 1};
    }
    return {first_is_longer ? WordRelation::first_says_more : WordRelation::second_says_more,
            share};
}

} // namespace loci::consolidation

namespace loci::memory {
namespace {

constexpr std::array<char const*, 3> rule_words{"report", "return", "merge"};

} // namespace

char const* to_string(NearRule rule) noexcept {
    return rule_words[static_cast<std::size_t>(rule)];
}

std::optional<NearRule> parse_near_rule(std::string_view word) noexcept {
    auto const found = std::find(rule_words.begin(), rule_words.end(), word);
    return found == rule_words.end()
               ? std::nullopt
               : std::optional{static_cast<NearRule>(found - rule_words.begin())};
}

WordAgreement compare_words(std::string_view first, std::string_view second,
                            std::string_view language) {
    return consolidation::compare(consolidation::read_statement(first, language),
                                  consolidation::read_statement(second, language));
}

} // namespace loci::memory
