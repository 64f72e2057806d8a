#include "recall/spelling.hpp"

#include "recall/text_cues.hpp"

#include <algorithm>
#include <embed/word_table.hpp>
#include <map>
#include <set>
#include <text/analyzer.hpp>

namespace loci::recall {
namespace {

constexpr std::size_t shortest_word = 5;
constexpr std::size_t longest_word = 24;
constexpr std::size_t most_words = 3;

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A byte that makes what stands beside it no plain English word.
bool joins(char c) noexcept {
    return (c >= '0' && c <= '9') || c == '\'' || c == '"' || static_cast<unsigned char>(c) > 127;
}

struct Span {
    std::size_t begin;
    std::size_t end;
};

std::vector<Span> plain_words_of(std::string_view text) {
    std::vector<Span> words;
    auto quoted = false;
    for (std::size_t i = 0; i < text.size();) {
        auto end = i;
        while (end < text.size() && is_letter(text[end])) {
            ++end;
        }
        auto const joined =
            (i > 0 && joins(text[i - 1])) || (end < text.size() && joins(text[end]));
        if (!quoted && !joined && end - i >= shortest_word && end - i <= longest_word) {
            words.push_back({i, end});
        }
        quoted = quoted != (end < text.size() && text[end] == '"');
        i = end + 1;
    }
    return words;
}

/// Everything at one slip's distance from `word`.
std::set<std::string> slips(std::string const& word) {
    std::set<std::string> found;
    auto const replace = [&](std::size_t begin, std::size_t count, std::string_view by) {
        auto slip = word;
        found.insert(slip.replace(begin, count, by));
    };
    for (std::size_t i = 0; i <= word.size(); ++i) {
        for (char letter = 'a'; letter <= 'z'; ++letter) {
            replace(i, 0, {&letter, 1});
            if (i < word.size()) {
                replace(i, 1, {&letter, 1});
            }
        }
        if (i < word.size()) {
            replace(i, 1, {});
        }
        if (i + 1 < word.size()) {
            auto swapped = word;
            std::swap(swapped[i], swapped[i + 1]);
            found.insert(std::move(swapped));
        }
    }
    found.erase(word);
    return found;
}

bool is_misspelt(Question const& question, std::vector<std::string> const& languages,
                 std::string const& word) {
    auto const nobody_has = [&](std::string const& stem) {
        auto const known = std::find_if(question.stems.begin(), question.stems.end(),
                                        [&](auto const& each) { return each.text == stem; });
        return known != question.stems.end() && known->documents == 0;
    };
    auto const is_unknown = [&](std::string const& language) {
        auto const stems = text::analyze(word, language).stems;
        return std::all_of(stems.begin(), stems.end(), nobody_has);
    };
    auto const stems = text::analyze(word).stems;
    return stems.size() == 1 && is_unknown({}) &&
           std::all_of(languages.begin(), languages.end(), is_unknown) &&
           !embed::linked_table().find(stems.front());
}

std::optional<std::string> best_slip(std::string const& word, CountDocuments const& count) {
    std::map<std::string, std::string> by_stem;
    for (auto const& each : slips(word)) {
        auto const stems = text::analyze(each).stems;
        if (stems.size() == 1) {
            by_stem.emplace(stems.front(), each);
        }
    }
    std::vector<std::string> stems;
    stems.reserve(by_stem.size());
    for (auto const& [stem, spelling] : by_stem) {
        stems.push_back(stem);
    }
    auto const documents = count(stems);
    auto const most = std::max_element(documents.begin(), documents.end());
    if (most == documents.end() || *most == 0) {
        return std::nullopt;
    }
    return by_stem.at(stems[static_cast<std::size_t>(most - documents.begin())]);
}

} // namespace

std::optional<std::string> mend_spelling(Question const& question,
                                         std::vector<std::string> const& languages,
                                         CountDocuments const& count) {
    std::string mended;
    std::size_t taken = 0;
    std::size_t tried = 0;
    for (auto const& [begin, end] : plain_words_of(question.text)) {
        auto const word = lowered(std::string_view{question.text}.substr(begin, end - begin));
        if (tried == most_words || !is_misspelt(question, languages, word)) {
            continue;
        }
        ++tried;
        if (auto const better = best_slip(word, count)) {
            mended.append(question.text, taken, begin - taken).append(*better);
            taken = end;
        }
    }
    if (taken == 0) {
        return std::nullopt;
    }
    return mended.append(question.text, taken);
}

} // namespace loci::recall
