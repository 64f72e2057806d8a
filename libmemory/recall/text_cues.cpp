#include "recall/text_cues.hpp"

#include <algorithm>
#include <array>
#include <loci/base/utf8.hpp>

namespace loci::recall {
namespace {

using namespace std::string_view_literals;

constexpr std::array first_person{"i"sv,    "i'm"sv,   "i've"sv,  "i'd"sv,  "i'll"sv, "me"sv,
                                  "mine"sv, "my"sv,    "our"sv,   "ours"sv, "us"sv,   "we"sv,
                                  "we'd"sv, "we'll"sv, "we're"sv, "we've"sv};

constexpr std::array time_words{
    "ago"sv,    "day"sv,      "days"sv,     "friday"sv,   "last"sv,      "monday"sv, "month"sv,
    "months"sv, "next"sv,     "recently"sv, "saturday"sv, "since"sv,     "sunday"sv, "thursday"sv,
    "today"sv,  "tomorrow"sv, "tonight"sv,  "tuesday"sv,  "wednesday"sv, "week"sv,   "weekend"sv,
    "weeks"sv,  "year"sv,     "years"sv,    "yesterday"sv};

/// Times of day and year that speak of a date only after `this`.
constexpr std::array times_after_this{"morning"sv, "summer"sv, "winter"sv, "spring"sv, "fall"sv};

constexpr std::array number_words{"couple"sv, "dozen"sv, "eight"sv, "few"sv,   "five"sv,
                                  "four"sv,   "nine"sv,  "once"sv,  "one"sv,   "seven"sv,
                                  "six"sv,    "ten"sv,   "three"sv, "twice"sv, "two"sv};

constexpr std::array months{"january"sv,   "february"sv, "march"sv,    "april"sv,
                            "may"sv,       "june"sv,     "july"sv,     "august"sv,
                            "september"sv, "october"sv,  "november"sv, "december"sv};

bool contains(auto const& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_word_byte(char c) noexcept {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) > 127;
}

bool is_small_letter(char c) noexcept {
    return c >= 'a' && c <= 'z';
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr std::string_view curly_apostrophe = "\xE2\x80\x99";
constexpr std::string_view open_quote = "\xE2\x80\x9C";

/// Calls `visit(word)` for each word as written, its apostrophes straight.
template <class Visit>
void for_each_word(std::string_view text, Visit visit) {
    std::string word;
    auto const end_word = [&] {
        while (!word.empty() && word.back() == '\'') {
            word.pop_back();
        }
        if (!word.empty()) {
            visit(std::string_view{word});
        }
        word.clear();
    };
    while (!text.empty()) {
        if (text.starts_with(curly_apostrophe) || text.front() == '\'') {
            if (!word.empty()) {
                word += '\'';
            }
            text.remove_prefix(text.front() == '\'' ? 1 : curly_apostrophe.size());
        } else {
            if (is_word_byte(text.front())) {
                word += text.front();
            } else {
                end_word();
            }
            text.remove_prefix(1);
        }
    }
    end_word();
}

/// Months and days of the week are written like names.
bool is_date_word(std::string_view word) {
    return contains(months, word) || contains(time_words, word);
}

/// Whether a word that begins at `position` is amid a sentence, or the first of a title in quotes.
bool amid_sentence(std::string_view text, std::size_t position) {
    auto const before = text[position - 1];
    auto const two_before = text[position - 2];
    return (before == ' ' && (is_small_letter(two_before) || two_before == ',' ||
                              two_before == ';' || two_before == ':')) ||
           (before == '"' && two_before == ' ') || text.substr(0, position).ends_with(open_quote);
}

std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    for (std::size_t i = 2; i + 1 < text.size(); ++i) {
        auto const is_capital = text[i] >= 'A' && text[i] <= 'Z';
        if (is_capital && is_small_letter(text[i + 1]) && amid_sentence(text, i)) {
            auto const letters = text.substr(i);
            auto const end = std::find_if_not(letters.begin() + 1, letters.end(), is_small_letter);
            auto name = lowered({letters.begin(), end});
            if (!is_date_word(name)) {
                names.push_back(std::move(name));
            }
        }
    }
    return names;
}

bool is_year(std::string_view word) {
    return word.size() == 4 && (word.starts_with("19") || word.starts_with("20")) &&
           is_digit(word[2]) && is_digit(word[3]);
}

} // namespace

std::string lowered(std::string_view word) {
    std::string plain{word};
    std::transform(plain.begin(), plain.end(), plain.begin(), lower);
    return plain;
}

std::string_view without_attachments(std::string_view text) {
    auto rest = trim(text);
    while (rest.ends_with(']')) {
        auto const bracket = rest.rfind('[');
        auto const before = trim(rest.substr(0, std::min(bracket, rest.size())));
        if (bracket == rest.npos || before.empty()) {
            break;
        }
        rest = before;
    }
    return rest;
}

TextCues read_cues(std::string_view written_text) {
    auto const text = without_attachments(written_text);
    TextCues cues;
    std::string before;
    for_each_word(text, [&](std::string_view written) {
        auto word = lowered(written);
        ++cues.words;
        cues.first_person = cues.first_person || contains(first_person, word);
        cues.names_number = cues.names_number || contains(number_words, word) ||
                            std::all_of(word.begin(), word.end(), is_digit);
        cues.names_time = cues.names_time || contains(time_words, word) || is_year(word) ||
                          month_of(written) != 0 ||
                          (before == "this" && contains(times_after_this, word));
        before = std::move(word);
    });
    cues.asks = text.ends_with('?');
    cues.names = names_in(text);
    return cues;
}

std::vector<std::string> plain_words(std::string_view text) {
    std::vector<std::string> words;
    for_each_word(text, [&](std::string_view word) { words.push_back(lowered(word)); });
    return words;
}

int month_of(std::string_view word) {
    constexpr std::size_t short_name = 3;
    auto const plain = lowered(word);
    for (std::size_t i = 0; i < months.size(); ++i) {
        auto const is_name = plain == months[i] || plain == months[i].substr(0, short_name);
        if (is_name && (plain != "may" || word.front() == 'M')) {
            return static_cast<int>(i) + 1;
        }
    }
    return 0;
}

} // namespace loci::recall
