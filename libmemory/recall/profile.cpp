#include "recall/profile.hpp"

#include <fmt/format.h>

namespace loci::memory {

std::vector<NamedWeight> named_weights(RecallProfile& profile) {
    auto& rerank = profile.rerank;
    return {{"words", &profile.words},
            {"meaning", &profile.meaning},
            {"pairs", &profile.pairs},
            {"neighbours", &profile.neighbours},
            {"episode", &profile.episode},
            {"speaker", &profile.speaker},
            {"date", &profile.date},
            {"phrases", &profile.phrases},
            {"recency", &profile.recency},
            {"recency_half_life_days", &profile.recency_half_life_days},
            {"importance", &profile.importance},
            {"diversity", &profile.diversity},
            {"bm25_k1", &profile.bm25_k1},
            {"bm25_b", &profile.bm25_b},
            {"rerank.first_look", &rerank.first_look},
            {"rerank.pairs", &rerank.pairs},
            {"rerank.pairs_before", &rerank.pairs_before},
            {"rerank.pairs_two_before", &rerank.pairs_two_before},
            {"rerank.meaning", &rerank.meaning},
            {"rerank.coverage", &rerank.coverage},
            {"rerank.coverage_near", &rerank.coverage_near},
            {"rerank.coverage_far", &rerank.coverage_far},
            {"rerank.answers_words", &rerank.answers_words},
            {"rerank.answers_meaning", &rerank.answers_meaning},
            {"rerank.episode", &rerank.episode},
            {"rerank.date", &rerank.date},
            {"rerank.expected_kind", &rerank.expected_kind},
            {"rerank.expected_name", &rerank.expected_name},
            {"rerank.expected_noun", &rerank.expected_noun},
            {"rerank.question_penalty", &rerank.question_penalty},
            {"rerank.length", &rerank.length},
            {"rerank.speaker_of_himself", &rerank.speaker_of_himself}};
}

} // namespace loci::memory

namespace loci::recall {
namespace {

constexpr double highest_weight = 1e6; ///< sums of far larger ones would have no order

} // namespace

std::optional<Error> check(memory::RecallProfile const& profile) {
    auto copy = profile;
    for (auto const& weight : memory::named_weights(copy)) {
        auto const path = fmt::format("profile.{}", weight.name);
        auto const is_share = weight.value == &copy.diversity || weight.value == &copy.bm25_b;
        if (!(*weight.value >= 0)) {
            return invalid_field(path, "minimum", "a weight is a number of at least 0");
        }
        if (*weight.value > (is_share ? 1.0 : highest_weight)) {
            return invalid_field(path, "maximum",
                                 is_share ? "it is at most 1" : "a weight is at most a million");
        }
    }
    if (profile.recency_half_life_days <= 0) {
        return invalid_field("profile.recency_half_life_days", "exclusiveMinimum",
                             "a half life is above 0");
    }
    if (profile.rerank_depth > memory::limits::results) {
        return invalid_field("profile.rerank_depth", "maximum", "rerank_depth is at most 1000");
    }
    return std::nullopt;
}

} // namespace loci::recall
