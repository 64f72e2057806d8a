#include "recall/pairs_channel.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace loci::recall {
namespace {

constexpr std::uint32_t farthest = 2;

constexpr std::uint64_t pair_of(std::uint32_t first, std::uint32_t second) noexcept {
    return (std::uint64_t{first} << 32) | second;
}

} // namespace

PairsChannel::PairsChannel(Question const& question, CandidateStems const& stems,
                           memory::RecallProfile const& profile)
    : question_(question)
    , stems_(stems)
    , profile_(profile) {
    for (auto const& sequence : question.sequences) {
        for (std::size_t i = 0; i < sequence.size(); ++i) {
            for (auto j = i + 1; j < std::min(i + 1 + farthest, sequence.size()); ++j) {
                frequencies_[pair_of(sequence[i], sequence[j])] += 1;
            }
        }
    }
}

template <class Visit>
void PairsChannel::for_each_pair(std::size_t candidate, Visit visit) const {
    auto const occurrences = stems_.of(candidate);
    for (std::size_t i = 0; i < occurrences.size(); ++i) {
        for (auto j = i + 1; j < occurrences.size() &&
                             occurrences[j].position - occurrences[i].position <= farthest;
             ++j) {
            auto const pair = pair_of(occurrences[i].stem, occurrences[j].stem);
            if (frequencies_.contains(pair)) {
                visit(pair);
            }
        }
    }
}

// A pair's document frequency is counted among the candidates: every row that holds it is one,
// unless the words were cut off. A row of n stems holds about 2n pairs, so lengths keep their
// proportions and those of the words serve.
std::vector<double> PairsChannel::score(Candidates const& candidates, std::size_t from) {
    auto const& places = candidates.places();
    std::vector<std::map<Pair, double>> found(places.size() - from);
    for (auto i = from; i < places.size() && !frequencies_.empty(); ++i) {
        for_each_pair(i, [&](Pair pair) {
            if (++found[i - from][pair] == 1) {
                ++holders_[pair];
            }
        });
    }
    auto const& corpus = question_.corpus;
    Bm25 const bm25{profile_.bm25_k1, profile_.bm25_b, corpus.mean_words()};
    std::vector<double> scores(places.size() - from);
    for (auto i = from; i < places.size(); ++i) {
        auto const words =
            static_cast<double>(candidates.view(places[i]).words(places[i].position));
        for (auto const& [pair, frequency] : found[i - from]) {
            scores[i - from] += bm25.score(
                frequencies_.at(pair) * inverse_document_frequency(corpus, holders_.at(pair)),
                frequency, words);
        }
    }
    return scores;
}

std::string PairsChannel::detail(std::size_t candidate) const {
    std::map<Pair, bool> seen;
    std::string text;
    for_each_pair(candidate, [&](Pair pair) {
        if (seen.emplace(pair, true).second) {
            constexpr int second_bits = 32;
            text += fmt::format("{}{}+{}", text.empty() ? "" : " ",
                                question_.stems[pair >> second_bits].text,
                                question_.stems[pair & 0xFFFFFFFFu].text);
        }
    });
    return text;
}

} // namespace loci::recall
