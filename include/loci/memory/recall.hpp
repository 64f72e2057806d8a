#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/memory/filter.hpp>
#include <loci/memory/record.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loci::memory {

enum class RecallMode : std::uint8_t { hybrid, semantic, keyword };
enum class RecallOrder : std::uint8_t { relevance, recent };

/// Weights of the second look at the best rows: a linear sum over the features below, each within
/// 0..1. Most were learned on dialogues of a free licence and rounded: README, "Recall". Features
/// of neighbours are nothing for memories without a session and a sequence.
struct RerankWeights {
    double first_look = 1.0;          ///< the fused score, as a share of the best
    double pairs = 0.36;              ///< pairs of the question's stems in the text
    double pairs_before = 0.3;        ///< in the turn before
    double pairs_two_before = 0.22;   ///< in the turn before that
    double meaning = 0.3;             ///< cosine of vectors, as a share of the best
    double coverage = 0.35;           ///< share of the question's known word weight in the text
    double coverage_near = 0.28;      ///< in the text and two turns on each side
    double coverage_far = 0.54;       ///< in the text and four turns on each side
    double answers_words = 0.29;      ///< words of the turn before, where that asks a question
    double answers_meaning = 0.2;     ///< meaning of the turn before, where that asks a question
    double episode = 0.52;            ///< the session as a whole
    double date = 2.6;                ///< agreement with the dates that the question names
    double expected_kind = 0.69;      ///< it holds a time or a number where one is asked for
    double expected_name = 0.25;      ///< it holds a name, not a speaker's, where one is asked for
    double expected_noun = 0.8;       ///< it names a kind of what a list is asked for
    double question_penalty = 0.14;   ///< subtracted where the text itself asks a question
    double length = 0.5;              ///< ln(1 + words) / 5
    double speaker_of_himself = 0.22; ///< the speaker named says I or we
    bool operator==(RerankWeights const&) const = default;
};

/// Weights of the fused score. Each channel is scaled by its best value for the question first.
/// Neighbours and episode say nothing about memories without a session and a sequence, speaker and
/// date nothing about those without. Defaults and their measurement: README, "Recall".
struct RecallProfile {
    double words = 1.0;      ///< BM25 over stems
    double meaning = 0.25;   ///< cosine of vectors
    double pairs = 0.3;      ///< BM25 over ordered pairs of stems; only in mode hybrid, as are:
    double neighbours = 1.0; ///< the turns around a hit in its session
    double episode = 0.3;    ///< the session as a whole
    double speaker = 0.3;    ///< the question names this one speaker
    double date = 0.45;      ///< the question names the date of the event, or of the record
    double phrases = 0.5;    ///< the text holds what the question has between quotes
    double recency = 0.0;    ///< times 2^(-age / half life); the age of the event, or of the record
    double recency_half_life_days = 30.0; ///< above 0
    double importance = 0.0;              ///< times the memory's importance (0.5 where unknown)
    std::size_t rerank_depth = 200;       ///< rows that get the second look; 0: none
    RerankWeights rerank{};
    /// Share of novelty in the choice of the next hit, 0..1 (maximal marginal relevance; Carbonell
    /// and Goldstein 1998), among the first 100: 0 leaves the order alone.
    double diversity = 0.0;
    double bm25_k1 = 0.9;
    double bm25_b = 0.3;
    bool operator==(RecallProfile const&) const = default;
};

/// A number of a profile, under the name of its member; `rerank.` is before those of the second
/// look.
struct NamedWeight {
    std::string_view name;
    double* value; ///< within the profile asked about
};

/// Every number of `profile` but `rerank_depth`, for settings and for measuring what each is worth.
std::vector<NamedWeight> named_weights(RecallProfile& profile);

struct RecallQuery {
    std::string query; ///< plain text, not empty after trimming, at most 64 KiB
    Filter filter{};
    RecallMode mode = RecallMode::hybrid;
    RecallOrder order = RecallOrder::relevance;
    std::size_t limit = 10; ///< 0..limits::results
    std::size_t offset = 0; ///< offset + limit <= limits::results
    std::optional<double>
        similarity_floor{}; ///< hits of lower `similarity` are dropped before the cut
    RecallProfile profile{};
    bool explain = false;
};

/// What one channel said about a hit.
struct ChannelScore {
    std::string channel; ///< `words`, `meaning` …: the name of the weight in the profile
    double raw = 0;      ///< the channel's own number (BM25, cosine)
    double scaled = 0;   ///< what is multiplied by the weight: `raw` divided by the channel's best
    double weight = 0;
    std::optional<int> rank; ///< 1 is best; absent when the channel did not find it
    std::string detail;      ///< e.g. the stems that matched
};

struct Hit {
    Record memory;
    double score = 0; ///< for order only; comparable within one answer
    double similarity =
        0; ///< absolute, 0..1: clamped cosine of question and memory, 1 for equal text
    double lexical =
        0; ///< absolute, 0..1: share of the question's word weight found; at most 0.89 unless equal
    std::optional<int> semantic_rank;
    std::optional<int> keyword_rank;
    std::vector<ChannelScore> explanation; ///< only when asked for
};

/// An answer, best hit first. Deterministic for a fixed store.
struct Recall {
    std::vector<Hit> hits;
    std::size_t total = 0; ///< hits that paging can reach
    RecallMode mode = RecallMode::hybrid;
    bool degraded = false;  ///< meaning was asked for but could not be searched
    bool truncated = false; ///< a candidate cut-off was reached

    auto begin() const { return hits.begin(); }

    auto end() const { return hits.end(); }
};

} // namespace loci::memory
