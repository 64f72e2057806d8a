#include "recall/question_cues.hpp"

#include "recall/text_cues.hpp"

#include <algorithm>
#include <array>
#include <text/stop_words.hpp>

namespace loci::recall {
namespace {

/// Whether one of `openers` is followed by one of `nouns`.
bool holds_pair(std::vector<std::string> const& words,
                std::initializer_list<std::string_view> openers,
                std::initializer_list<std::string_view> nouns) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (std::find(openers.begin(), openers.end(), words[i]) != openers.end() &&
            std::find(nouns.begin(), nouns.end(), words[i + 1]) != nouns.end()) {
            return true;
        }
    }
    return false;
}

std::vector<std::string> quoted_phrases(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 2> quotes{
        {{"\"", "\""}, {"\xE2\x80\x9C", "\xE2\x80\x9D"}}};
    std::vector<std::string> phrases;
    for (auto const& [open, close] : quotes) {
        for (std::size_t from = 0; (from = text.find(open, from)) != text.npos;) {
            from += open.size();
            auto const end = text.find(close, from);
            if (end == text.npos) {
                break;
            }
            phrases.emplace_back(text.substr(from, end - from));
            from = end + close.size();
        }
    }
    return phrases;
}

/// `caroline's` names Caroline.
std::string_view without_possessive(std::string_view word) {
    return word.ends_with("'s") ? word.substr(0, word.size() - 2) : word;
}

bool holds(std::vector<std::string> const& words, std::string_view wanted) {
    return std::any_of(words.begin(), words.end(), [&](std::string const& word) {
        return word == wanted || without_possessive(word) == wanted;
    });
}

bool is_one_of(std::string const& word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// `Who …`, `Where …`, `What book …`, `In which kind of museum …`, but not `What did …`.
bool asks_for_name(std::vector<std::string> const& words) {
    auto word = words.begin();
    if (word != words.end() && is_one_of(*word, {"at", "from", "in", "of", "to", "with"})) {
        ++word;
    }
    if (word == words.end() || is_one_of(*word, {"who", "whom", "whose", "where"})) {
        return word != words.end();
    }
    if (!is_one_of(*word, {"what", "which"})) {
        return false;
    }
    ++word;
    while (word != words.end() && is_one_of(*word, {"kind", "kinds", "type", "types", "of"})) {
        ++word;
    }
    return word != words.end() && !text::is_stop_word(*word, "en");
}

} // namespace

QuestionCues read_question_cues(std::string_view question, Timestamp now) {
    QuestionCues cues;
    cues.words = plain_words(question);
    cues.asks_time = (!cues.words.empty() && cues.words.front() == "when") ||
                     holds_pair(cues.words, {"what"}, {"date", "year", "month", "day", "time"}) ||
                     holds_pair(cues.words, {"which"}, {"year", "month", "day", "week"}) ||
                     holds_pair(cues.words, {"how"}, {"long"});
    cues.asks_number = holds_pair(cues.words, {"how"}, {"many", "often"});
    cues.asks_name = asks_for_name(cues.words);
    cues.first_person = read_cues(question).first_person;
    cues.dates = read_dates(question, now);
    cues.phrases = quoted_phrases(question);
    return cues;
}

bool names_speaker(QuestionCues const& cues, std::string_view speaker) {
    constexpr std::size_t shortest_name = 2;
    auto const name = plain_words(speaker);
    if (name.empty()) {
        return false;
    }
    auto const held = std::count_if(
        name.begin(), name.end(), [&](std::string const& word) { return holds(cues.words, word); });
    if (held == static_cast<std::ptrdiff_t>(name.size())) {
        return name.size() > 1 || !text::is_stop_word(name.front(), "en");
    }
    auto const is_named = [&](std::string const& word) {
        return word.size() > shortest_name && !text::is_stop_word(word, "en") &&
               holds(cues.words, word);
    };
    return is_named(name.front()) || is_named(name.back());
}

} // namespace loci::recall
