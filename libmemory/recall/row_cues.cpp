#include "recall/row_cues.hpp"

#include "recall/candidate_stems.hpp"
#include "recall/text_cues.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace loci::recall {
namespace {

constexpr std::string_view asker = "user";

Timestamp time_of(Candidates const& candidates, Place place) {
    auto const& view = candidates.view(place);
    return from_micros(view.valid_from(place.position).value_or(view.created_at(place.position)));
}

/// Whether the stems of `phrase` stand next to each other, in their order.
bool holds_phrase(std::span<StemOccurrence const> occurrences,
                  std::vector<std::uint32_t> const& phrase) {
    for (std::size_t i = 0; i + phrase.size() <= occurrences.size(); ++i) {
        auto const first = occurrences[i].position;
        auto equal = true;
        for (std::size_t j = 0; j < phrase.size() && equal; ++j) {
            equal = occurrences[i + j] ==
                    StemOccurrence{first + static_cast<std::uint32_t>(j), phrase[j]};
        }
        if (equal) {
            return true;
        }
    }
    return false;
}

/// Names by part and number.
using Speakers = std::map<std::pair<std::uint32_t, std::uint32_t>, std::string>;

Speakers speakers_of(Candidates const& candidates) {
    Speakers speakers;
    for (auto const place : candidates.places()) {
        auto const& view = candidates.view(place);
        auto const speaker = view.speaker(place.position);
        if (speaker != 0) {
            speakers.try_emplace({place.part, speaker}, view.strings()->text(speaker));
        }
    }
    return speakers;
}

} // namespace

std::vector<double> speaker_agreement(Question const& question, Candidates const& candidates) {
    auto const& places = candidates.places();
    std::vector<double> agreements(places.size());
    auto const speakers = speakers_of(candidates);
    std::string named;
    for (auto const& [number, name] : speakers) {
        if (names_speaker(question.cues, name) && name != named) {
            if (!named.empty()) {
                return agreements;
            }
            named = name;
        }
    }
    if (named.empty() && question.cues.first_person) {
        named = asker;
    }
    for (std::size_t i = 0; i < places.size() && !named.empty(); ++i) {
        auto const speaker = candidates.view(places[i]).speaker(places[i].position);
        auto const known = speakers.find({places[i].part, speaker});
        agreements[i] = known != speakers.end() && known->second == named ? 1 : 0;
    }
    return agreements;
}

std::vector<std::string> speaker_words(Candidates const& candidates) {
    std::vector<std::string> words;
    for (auto const& [number, name] : speakers_of(candidates)) {
        auto const of_name = plain_words(name);
        words.insert(words.end(), of_name.begin(), of_name.end());
    }
    std::sort(words.begin(), words.end());
    return words;
}

std::vector<double> date_agreement(Question const& question, Candidates const& candidates) {
    std::vector<double> agreements(candidates.places().size());
    for (std::size_t i = 0; i < agreements.size() && !question.cues.dates.empty(); ++i) {
        agreements[i] = agreement(question.cues.dates, time_of(candidates, candidates.places()[i]));
    }
    return agreements;
}

std::vector<double> phrase_agreement(Question const& question, Candidates const& candidates,
                                     CandidateStems const& stems) {
    std::vector<double> agreements(candidates.places().size());
    auto const count = static_cast<double>(question.phrases.size());
    for (std::size_t i = 0; i < agreements.size() && count > 0; ++i) {
        auto const held =
            std::count_if(question.phrases.begin(), question.phrases.end(),
                          [&](auto const& phrase) { return holds_phrase(stems.of(i), phrase); });
        agreements[i] = static_cast<double>(held) / count;
    }
    return agreements;
}

std::vector<double> recency(Candidates const& candidates, Timestamp now, double half_life_days) {
    std::vector<double> scores;
    for (auto const place : candidates.places()) {
        std::chrono::duration<double, std::ratio<86400>> const age =
            now - time_of(candidates, place);
        scores.push_back(std::exp2(-std::max(age.count(), 0.0) / half_life_days));
    }
    return scores;
}

std::vector<double> importance(Candidates const& candidates) {
    constexpr double unknown = 0.5;
    std::vector<double> scores;
    for (auto const place : candidates.places()) {
        scores.push_back(candidates.view(place).importance(place.position).value_or(unknown));
    }
    return scores;
}

} // namespace loci::recall
