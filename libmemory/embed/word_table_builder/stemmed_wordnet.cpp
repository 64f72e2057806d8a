#include "embed/word_table_builder/stemmed_wordnet.hpp"
#include "text/analyzer.hpp"
#include "text/stop_words.hpp"
#include "text/unicode.hpp"
#include <algorithm>
#include <utility>

namespace loci::embed {
namespace {

class Vocabulary {
public:
    StemId id_of(std::string const& stem) {
        auto const [place, added] = ids_.emplace(stem, static_cast<StemId>(stems_.size()));
        if (added) {
            stems_.push_back(stem);
        }
        return place->second;
    }

    std::vector<std::string> take_stems() { return std::move(stems_); }

private:
    std::unordered_map<std::string, StemId> ids_;
    std::vector<std::string> stems_;
};

bool is_single_word(std::string const& lemma) {
    return lemma.size() > 1 && lemma.find_first_of("_-") == std::string::npos &&
           !text::is_stop_word(text::case_fold(lemma), "en");
}

std::vector<StemId> stem_lemmas(std::vector<std::string> const& lemmas, Vocabulary& vocabulary) {
    std::vector<StemId> ids;
    for (auto const& lemma : lemmas) {
        if (!is_single_word(lemma)) {
            continue;
        }
        auto const stems = text::analyze(lemma).stems;
        if (stems.size() == 1) {
            ids.push_back(vocabulary.id_of(stems.front()));
        }
    }
    return ids;
}

} // namespace

StemmedWordnet stem_wordnet(std::vector<Synset> synsets) {
    StemmedWordnet result;
    Vocabulary vocabulary;
    result.senses.reserve(synsets.size());
    for (auto& synset : synsets) {
        StemmedWordnet::Sense sense;
        sense.lemmas = stem_lemmas(synset.lemmas, vocabulary);
        for (auto const& stem : text::analyze(synset.gloss).stems) {
            sense.gloss.push_back(vocabulary.id_of(stem));
        }
        sense.links = std::move(synset.links);
        result.senses.push_back(std::move(sense));
    }
    result.stems = vocabulary.take_stems();
    return result;
}

std::vector<StemId> distinct(std::vector<StemId> const& stems) {
    std::vector<StemId> once;
    for (StemId const stem : stems) {
        if (std::find(once.begin(), once.end(), stem) == once.end()) {
            once.push_back(stem);
        }
    }
    return once;
}

} // namespace loci::embed
