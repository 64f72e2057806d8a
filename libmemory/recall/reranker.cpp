#include "recall/reranker.hpp"

#include "recall/fusion.hpp"
#include "recall/row_cues.hpp"

#include <algorithm>
#include <cmath>
#include <index/json_list.hpp>
#include <limits>
#include <numeric>

// The features are those that helped on two sets of dialogues at once, television scenes and
// technical chats; README, "Recall", names the exceptions. They stay linear: small networks over
// the same features, and a third look over the second one's scores, won nothing on the other set.

namespace loci::recall {
namespace {

constexpr store::Sql contents_of_rows{
    "SELECT key, content FROM revision WHERE key IN (SELECT value FROM json_each(?1))"};

constexpr std::ptrdiff_t near_turns = 2;
constexpr std::ptrdiff_t far_turns = 4;

/// A candidate that there is not.
constexpr auto nobody = std::numeric_limits<std::size_t>::max();

/// Of about 150 words, a turn is as long as a turn can be.
double scaled_length(std::size_t words) {
    return std::min(std::log1p(static_cast<double>(words)) / 5, 1.0);
}

double at(std::vector<double> const& values, std::size_t candidate) {
    return candidate < values.size() ? values[candidate] : 0;
}

std::vector<std::size_t> best_found(std::vector<double> const& scores, std::size_t depth) {
    auto best = best_of(scores, depth);
    std::erase_if(best, [&](std::size_t candidate) { return scores[candidate] <= 0; });
    return best;
}

} // namespace

void Reranker::read_texts(std::span<std::size_t const> best) {
    std::vector<std::int64_t> keys;
    auto const want = [&](Place place) {
        if (candidates_.view(place).words(place.position) <= long_text_.words) {
            keys.push_back(candidates_.key(place));
        }
    };
    for (auto const candidate : best) {
        auto const place = candidates_.places()[candidate];
        want(place);
        for (auto const& neighbour : context_.around(candidates_, place, 1)) {
            if (neighbour.offset < 0) {
                want(neighbour.place);
            }
        }
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    auto rows = transaction_.query(contents_of_rows, index::json_list(keys));
    while (rows.next()) {
        auto const text = rows.text(1);
        cues_.emplace(rows.integer(0), read_cues(text));
        if (listed_) {
            texts_.emplace(rows.integer(0), text);
        }
    }
}

void Reranker::look_for_nouns(std::span<std::size_t const> best) {
    std::vector<std::string> texts;
    for (auto const candidate : best) {
        texts.push_back(std::move(texts_[candidates_.key(candidates_.places()[candidate])]));
    }
    auto const agreement = noun_agreement(*listed_, speakers_, texts);
    expected_nouns_.resize(candidates_.places().size());
    for (std::size_t i = 0; i < best.size(); ++i) {
        expected_nouns_[best[i]] = agreement[i];
    }
}

TextCues const& Reranker::cues_of(Place place) const {
    auto const known = cues_.find(candidates_.key(place));
    return known == cues_.end() ? long_text_ : known->second;
}

bool Reranker::names_somebody_new(TextCues const& cues) const {
    return std::any_of(cues.names.begin(), cues.names.end(), [&](std::string const& name) {
        return !std::binary_search(speakers_.begin(), speakers_.end(), name);
    });
}

std::vector<Reranker::Feature> Reranker::features(FirstLook const& look, std::size_t candidate,
                                                  double first_look) const {
    auto const place = candidates_.places()[candidate];
    std::vector<std::size_t> near{candidate};
    std::vector<std::size_t> far{candidate};
    auto before = nobody;
    auto two_before = nobody;
    auto answers = false;
    for (auto const& neighbour : context_.around(candidates_, place, far_turns)) {
        auto const number = candidates_.find(neighbour.place);
        if (number) {
            far.push_back(*number);
        }
        if (number && std::abs(neighbour.offset) <= near_turns) {
            near.push_back(*number);
        }
        if (neighbour.offset == -1) {
            before = number.value_or(nobody);
            answers = cues_of(neighbour.place).asks;
        } else if (neighbour.offset == -2) {
            two_before = number.value_or(nobody);
        }
    }
    auto const& cues = cues_of(place);
    auto const& asked = question_.cues;
    auto const fits =
        (asked.asks_time && cues.names_time) || (asked.asks_number && cues.names_number);
    auto const of_himself = cues.first_person ? at(look.speaker, candidate) : 0;
    auto const answered = answers ? before : nobody;
    auto const& w = weights_;
    return {
        {"first_look", w.first_look, first_look},
        {"pairs", w.pairs, at(look.pairs, candidate)},
        {"pairs_before", w.pairs_before, at(look.pairs, before)},
        {"pairs_two_before", w.pairs_two_before, at(look.pairs, two_before)},
        {"meaning", w.meaning, at(look.meaning, candidate)},
        {"coverage", w.coverage, words_.share(candidate) / known_share_},
        {"coverage_near", w.coverage_near, words_.share(near) / known_share_},
        {"coverage_far", w.coverage_far, words_.share(far) / known_share_},
        {"answers_words", w.answers_words, at(look.words, answered)},
        {"answers_meaning", w.answers_meaning, at(look.meaning, answered)},
        {"episode", w.episode, at(look.episode, candidate)},
        {"date", w.date, at(look.date, candidate)},
        {"expected_kind", w.expected_kind, fits ? 1.0 : 0.0},
        {"expected_name", w.expected_name, asked.asks_name && names_somebody_new(cues) ? 1.0 : 0.0},
        {"expected_noun", w.expected_noun, at(expected_nouns_, candidate)},
        {"question_penalty", -w.question_penalty, cues.asks ? 1.0 : 0.0},
        {"length", w.length, scaled_length(cues.words)},
        {"speaker_of_himself", w.speaker_of_himself, of_himself}};
}

void Reranker::run(FirstLook const& look, std::size_t depth, std::vector<double>& scores) {
    auto const best = best_found(scores, depth);
    if (best.empty()) {
        return;
    }
    if (weights_.expected_noun > 0) {
        listed_ = listed_noun(question_.cues.words);
    }
    read_texts(best);
    auto const known = words_.known_share();
    known_share_ = known > 0 ? known : 1;
    speakers_ = speaker_words(candidates_);
    if (listed_) {
        look_for_nouns(best);
    }
    auto const highest = scores[best.front()];
    auto const cut = scores[best.back()];
    std::vector<double> sums;
    for (auto const candidate : best) {
        auto list = features(look, candidate, scores[candidate] / highest);
        sums.push_back(
            std::accumulate(list.begin(), list.end(), 0.0, [](double sum, Feature const& feature) {
                return sum + feature.weight * feature.value;
            }));
        features_.emplace(candidate, std::move(list));
    }
    auto const lowest = *std::min_element(sums.begin(), sums.end());
    for (auto& score : scores) {
        score = lowest - (cut - score) / highest;
    }
    for (std::size_t i = 0; i < best.size(); ++i) {
        scores[best[i]] = sums[i];
    }
}

std::vector<memory::ChannelScore> Reranker::explain(std::size_t candidate) const {
    std::vector<memory::ChannelScore> scores;
    auto const known = features_.find(candidate);
    if (known == features_.end()) {
        return scores;
    }
    for (auto const& feature : known->second) {
        if (feature.value == 0) {
            continue;
        }
        scores.push_back({.channel = std::string{"rerank."} + feature.name,
                          .raw = feature.value,
                          .scaled = feature.value,
                          .weight = feature.weight,
                          .rank = {},
                          .detail = {}});
    }
    return scores;
}

} // namespace loci::recall
