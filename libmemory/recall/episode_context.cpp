#include "recall/episode_context.hpp"

#include "recall/bm25.hpp"
#include "recall/fusion.hpp"

#include <algorithm>
#include <array>
#include <index/json_list.hpp>
#include <index/stem_tally.hpp>
#include <unordered_map>

// Weights and their measurement: embedding.md 6 ("A default that needs no model").

namespace loci::recall {
namespace {

constexpr std::ptrdiff_t neighbour_reach = 2;
constexpr std::array<double, 5> weight_at_offset{0.3, 0.2, 0.0, 0.3, 0.1}; // -2 .. +2
constexpr double bm25_k1 = 1.2;
constexpr double bm25_b = 0.75;

constexpr store::Sql lengths_of_episodes{
    "SELECT number, words FROM episode WHERE number IN (SELECT value FROM json_each(?1))"};

} // namespace

EpisodeContext::EpisodeContext(store::ReadTransaction& transaction, Question const& question,
                               Candidates const& candidates, std::vector<double> const& scores)
    : transaction_(transaction)
    , question_(question) {
    for (auto const candidate : best_of(scores, scores.size())) {
        auto const place = candidates.places()[candidate];
        auto const episode = candidates.view(place).episode(place.position);
        if (episode && episodes_.size() < most_episodes) {
            episodes_.try_emplace(*episode);
        }
    }
    if (!episodes_.empty()) {
        collect_turns(candidates);
    }
}

void EpisodeContext::collect_turns(Candidates const& candidates) {
    for (auto& [episode, turns] : episodes_) {
        for (auto const& part : candidates.parts()) {
            for (auto const position : part.view.turns_of(episode)) {
                if (part.allowed.test(position)) {
                    turns.push_back({part.view.sequence(position).value_or(0),
                                     part.view.key(position), position});
                }
            }
        }
    }
}

std::vector<EpisodeContext::Neighbour>
EpisodeContext::around(Candidates const& candidates, Place place, std::ptrdiff_t reach) const {
    auto const& view = candidates.view(place);
    auto const episode = view.episode(place.position);
    auto const sequence = view.sequence(place.position);
    auto const known = episode && sequence ? episodes_.find(*episode) : episodes_.end();
    if (known == episodes_.end()) {
        return {};
    }
    auto const& turns = known->second;
    auto const self = std::lower_bound(turns.begin(), turns.end(),
                                       Turn{*sequence, candidates.key(place), place.position}) -
                      turns.begin();
    auto const last = std::min(self + reach, static_cast<std::ptrdiff_t>(turns.size()) - 1);
    std::vector<Neighbour> neighbours;
    for (auto other = std::max<std::ptrdiff_t>(self - reach, 0); other <= last; ++other) {
        if (other != self) {
            neighbours.push_back(
                {other - self, {place.part, turns[static_cast<std::size_t>(other)].position}});
        }
    }
    return neighbours;
}

void EpisodeContext::propose(Candidates& candidates, std::vector<double> const& scores,
                             std::size_t count) const {
    for (auto const candidate : best_of(scores, count)) {
        auto const place = candidates.places()[candidate];
        for (auto const& neighbour : around(candidates, place, neighbour_reach)) {
            candidates.add(neighbour.place);
        }
    }
}

std::vector<double> EpisodeContext::neighbours(Candidates const& candidates,
                                               std::vector<double> const& scores) const {
    auto const& places = candidates.places();
    std::vector<double> sums(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (auto const& neighbour : around(candidates, places[i], neighbour_reach)) {
            if (auto const other = candidates.find(neighbour.place)) {
                sums[i] +=
                    weight_at_offset[static_cast<std::size_t>(neighbour.offset + neighbour_reach)] *
                    scores[*other];
            }
        }
    }
    return sums;
}

std::vector<double> EpisodeContext::episode_scores(Candidates const& candidates) const {
    std::vector<std::int64_t> numbers;
    for (auto const& [number, turns] : episodes_) {
        numbers.push_back(number);
    }
    auto const list = index::json_list(numbers);
    std::map<std::int64_t, double> lengths;
    double total_length = 0;
    auto rows = transaction_.query(lengths_of_episodes, list);
    while (rows.next()) {
        total_length += lengths[rows.integer(0)] = static_cast<double>(rows.integer(1));
    }
    std::vector<std::string_view> stems;
    for (auto const& stem : question_.stems) {
        stems.push_back(stem.text);
    }
    std::vector<std::map<std::int64_t, double>> holders(stems.size()); // of each stem
    index::find_in_episodes(transaction_, numbers, stems,
                            [&](std::int64_t episode, std::size_t stem, std::int64_t count) {
                                holders[stem][episode] += static_cast<double>(count);
                            });
    auto const count = static_cast<std::int64_t>(numbers.size());
    auto const mean = std::max(total_length / static_cast<double>(count), 1.0);
    Bm25 const bm25{bm25_k1, bm25_b, mean};
    std::map<std::int64_t, double> scores;
    for (std::size_t stem = 0; stem < holders.size(); ++stem) {
        auto const& episodes = holders[stem];
        auto const idf = inverse_document_frequency({.documents = count, .words = 0},
                                                    static_cast<std::int64_t>(episodes.size()));
        for (auto const& [episode, frequency] : episodes) {
            scores[episode] +=
                bm25.score(question_.stems[stem].frequency * idf, frequency, lengths[episode]);
        }
    }
    std::vector<double> of_candidates;
    for (auto const place : candidates.places()) {
        auto const episode = candidates.view(place).episode(place.position);
        auto const known = episode ? scores.find(*episode) : scores.end();
        of_candidates.push_back(known == scores.end() ? 0 : known->second);
    }
    return of_candidates;
}

} // namespace loci::recall
