#include "recall/noun_agreement.hpp"

#include "recall/text_cues.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <text/contractions.hpp>
#include <text/irregular_forms.hpp>
#include <text/stemmer.hpp>
#include <text/stop_words.hpp>
#include <unordered_map>

namespace loci::recall {
namespace {

using namespace std::string_view_literals;
using lexicon::NounHierarchy;
using lexicon::Sense;

constexpr std::size_t longest_phrase = 4;
constexpr std::size_t shortest_word = 3;

/// Of a text's words only what they mostly mean. Of the noun asked for nearly everything: a musical
/// instrument is the sixth that WordNet has.
constexpr std::size_t senses_of_word = 2;
constexpr std::size_t senses_of_listed = 6;

/// A sense with fewer is no kind of things, one with more is nearly everything.
constexpr std::size_t fewest_descendants = 3;
constexpr std::size_t most_descendants = 6000;

constexpr std::array kind_words{"form"sv, "forms"sv, "genre"sv, "genres"sv, "kind"sv, "kinds"sv,
                                "sort"sv, "sorts"sv, "style"sv, "styles"sv, "type"sv, "types"sv};

constexpr std::array auxiliaries{"are"sv,   "been"sv,   "can"sv, "could"sv, "did"sv,  "do"sv,
                                 "does"sv,  "had"sv,    "has"sv, "have"sv,  "is"sv,   "may"sv,
                                 "might"sv, "should"sv, "was"sv, "were"sv,  "will"sv, "would"sv};

bool is_one_of(auto const& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string stem_of(std::string_view word) {
    auto const base = text::base_form(word);
    return text::Stemmer::choose(base, "en").stem(base);
}

bool is_plural(std::string_view word) {
    return text::base_form(word) != word || (word.ends_with('s') && !word.ends_with("ss"));
}

/// The words between `what` and the verb.
std::vector<std::string_view> phrase_asked_for(std::vector<std::string> const& words) {
    std::vector<std::string_view> phrase;
    auto word = words.begin();
    while (word != words.end() && *word != "what" && *word != "which" &&
           !(*word == "many" && word != words.begin() && *(word - 1) == "how")) {
        ++word;
    }
    auto after_kind = false;
    for (word += word != words.end(); word != words.end(); ++word) {
        auto const plain = word->ends_with("'s") ? text::without_contraction(*word) : *word;
        if (is_one_of(kind_words, plain)) {
            phrase.clear();
        } else if (!after_kind || plain != "of") {
            if (text::is_stop_word(plain, "en") || is_one_of(auxiliaries, plain) ||
                plain.ends_with("n't") || phrase.size() == longest_phrase) {
                break;
            }
            phrase.push_back(plain);
        }
        after_kind = is_one_of(kind_words, plain);
    }
    return phrase;
}

/// How narrow the words are that name a kind of what is asked for.
class Kinds {
public:
    explicit Kinds(ListedNoun const& listed)
        : listed_(listed)
        , narrowness_(nouns_.size(), unknown) {
        for (auto const sense : listed.senses) {
            narrowness_[sense] = static_cast<float>(nouns_.narrowness(sense));
        }
    }

    /// 0: the word names none.
    double narrowness(std::string_view word) {
        float best = 0;
        auto const senses = nouns_.senses(word);
        for (auto const sense : senses.first(std::min(senses.size(), senses_of_word))) {
            best = std::max(best, above(sense));
        }
        return best > 0 && !is_one_of(listed_.stems, stem_of(word)) ? static_cast<double>(best) : 0;
    }

private:
    /// Of the narrowest sense asked for that holds this one.
    float above(Sense sense) {
        if (narrowness_[sense] == unknown) {
            narrowness_[sense] = 0;
            for (auto const hypernym : nouns_.hypernyms(sense)) {
                narrowness_[sense] = std::max(narrowness_[sense], above(hypernym));
            }
        }
        return narrowness_[sense];
    }

    static constexpr float unknown = -1;

    NounHierarchy const& nouns_ = NounHierarchy::linked();
    ListedNoun const& listed_;
    std::vector<float> narrowness_; ///< by sense
};

/// Calls `visit(word)` for each word that says something and each two such words side by side.
template <class Visit>
void for_each_noun(std::string_view text, std::vector<std::string> const& speakers, Visit visit) {
    auto const words = plain_words(text);
    std::string_view before;
    std::string compound;
    for (auto const& written : words) {
        auto word = text::without_contraction(written);
        if (text::is_stop_word(word, "en") ||
            (word.size() < written.size() && text::is_stop_word(written, "en"))) {
            word = {};
        }
        if (word.size() >= shortest_word &&
            !std::binary_search(speakers.begin(), speakers.end(), word)) {
            visit(word);
        }
        if (!before.empty() && !word.empty()) {
            compound.assign(before).append(1, '_').append(word);
            visit(std::string_view{compound});
        }
        before = word;
    }
}

struct Kind {
    double narrowness = 0;
    std::size_t holders = 0;   ///< texts
    std::size_t last_text = 0; ///< its number, from 1 on
};

} // namespace

std::optional<ListedNoun> listed_noun(std::vector<std::string> const& words) {
    auto const phrase = phrase_asked_for(words);
    if (phrase.empty() || !is_plural(phrase.back())) {
        return std::nullopt;
    }
    auto const& nouns = NounHierarchy::linked();
    ListedNoun listed{.stems = {stem_of(phrase.back())}, .senses = {}};
    std::span<Sense const> senses;
    if (phrase.size() > 1) {
        auto const compound =
            std::string{phrase[phrase.size() - 2]} + '_' + std::string{phrase.back()};
        senses = nouns.senses(compound);
        listed.stems.push_back(stem_of(compound));
    }
    if (senses.empty()) {
        senses = nouns.senses(phrase.back());
    }
    for (auto const sense : senses.first(std::min(senses.size(), senses_of_listed))) {
        auto const below = nouns.descendants(sense);
        if (below >= fewest_descendants && below < most_descendants) {
            listed.senses.push_back(sense);
        }
    }
    return listed.senses.empty() ? std::nullopt : std::optional{std::move(listed)};
}

std::vector<double> noun_agreement(ListedNoun const& listed,
                                   std::vector<std::string> const& speakers,
                                   std::span<std::string const> texts) {
    Kinds kinds{listed};
    std::unordered_map<std::string, Kind> known;
    std::vector<std::vector<Kind const*>> held(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for_each_noun(texts[i], speakers, [&](std::string_view word) {
            auto const narrowness = kinds.narrowness(word);
            if (narrowness == 0) {
                return;
            }
            auto& kind = known[std::string{word}];
            if (kind.last_text != i + 1) {
                kind = {narrowness, kind.holders + 1, i + 1};
                held[i].push_back(&kind);
            }
        });
    }
    std::vector<double> agreement(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (auto const* kind : held[i]) {
            auto const rarity =
                std::log1p(static_cast<double>(texts.size()) / static_cast<double>(kind->holders));
            agreement[i] = std::max(agreement[i], kind->narrowness * rarity);
        }
    }
    auto const best = agreement.empty() ? 0 : *std::max_element(agreement.begin(), agreement.end());
    for (auto& each : agreement) {
        each = best > 0 ? each / best : 0;
    }
    return agreement;
}

} // namespace loci::recall
