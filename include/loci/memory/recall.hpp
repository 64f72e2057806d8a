#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/memory/filter.hpp>
#include <loci/memory/record.hpp>
#include <optional>
#include <string>
#include <vector>

namespace loci::memory {

enum class RecallMode : std::uint8_t { hybrid, semantic, keyword };
enum class RecallOrder : std::uint8_t { relevance, recent };

/// Weights of the fused score. Each channel is scaled by its best value for the question first.
/// Neighbours and episode say nothing about memories without a session and a sequence.
/// Defaults and their measurement: README, "Recall".
struct RecallProfile {
    double words = 1.0;      ///< BM25 over stems
    double meaning = 0.8;    ///< cosine of vectors
    double neighbours = 1.0; ///< the turns around a hit in its session; only in mode hybrid
    double episode = 0.3;    ///< the session as a whole; only in mode hybrid
    double bm25_k1 = 0.9;
    double bm25_b = 0.3;
    bool operator==(RecallProfile const&) const = default;
};

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
    std::string channel; ///< `words`, `meaning`, `neighbours` or `episode`
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
