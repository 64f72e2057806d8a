#pragma once
#include "recall/candidates.hpp"
#include "recall/episode_context.hpp"
#include "recall/noun_agreement.hpp"
#include "recall/question.hpp"
#include "recall/text_cues.hpp"
#include "recall/words_channel.hpp"

#include <cstddef>
#include <cstdint>
#include <loci/memory/recall.hpp>
#include <loci/store/transaction.hpp>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace loci::recall {

/// What the first look said about every candidate, each scaled to 0..1 by its best; empty: nothing.
struct FirstLook {
    std::vector<double> words;
    std::vector<double> pairs;
    std::vector<double> meaning;
    std::vector<double> episode;
    std::vector<double> speaker;
    std::vector<double> date;
};

/// The second look: reads the texts of the best candidates and of the turns before them, and orders
/// them anew by a linear sum (`memory::RerankWeights`).
class Reranker {
public:
    /// All must outlive the reranker.
    Reranker(store::ReadTransaction& transaction, Question const& question,
             Candidates const& candidates, WordsChannel const& words, EpisodeContext const& context,
             memory::RerankWeights const& weights)
        : transaction_(transaction)
        , question_(question)
        , candidates_(candidates)
        , words_(words)
        , context_(context)
        , weights_(weights) {}

    /// Gives the best `depth` of `scores` new ones, and the others such that none of them comes
    /// before and their order stays. Candidates with a score of 0 or below are left where they are.
    void run(FirstLook const& look, std::size_t depth, std::vector<double>& scores);

    /// What is in the sum of a candidate that was looked at; empty for others.
    std::vector<memory::ChannelScore> explain(std::size_t candidate) const;

private:
    struct Feature {
        char const* name;
        double weight;
        double value;
    };

    void read_texts(std::span<std::size_t const> best);
    void look_for_nouns(std::span<std::size_t const> best);
    TextCues const& cues_of(Place place) const;
    bool names_somebody_new(TextCues const& cues) const;
    std::vector<Feature> features(FirstLook const& look, std::size_t candidate,
                                  double first_look) const;

    store::ReadTransaction& transaction_;
    Question const& question_;
    Candidates const& candidates_;
    WordsChannel const& words_;
    EpisodeContext const& context_;
    memory::RerankWeights const& weights_;
    double known_share_ = 1;
    std::vector<std::string> speakers_; // words of their names, sorted
    /// What longer texts show: nothing that somebody says in passing, and reading them takes time.
    TextCues const long_text_{.words = 2000};
    std::map<std::int64_t, TextCues> cues_;     // by revision key
    std::map<std::int64_t, std::string> texts_; // by revision key; only for a list question
    std::optional<ListedNoun> listed_;          // what the question asks for several of
    std::vector<double> expected_nouns_;        // by candidate; empty: no list question
    std::map<std::size_t, std::vector<Feature>> features_;
};

} // namespace loci::recall
