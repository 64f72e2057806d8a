#pragma once
#include "recall/candidates.hpp"
#include "recall/question.hpp"

#include <cstdint>
#include <loci/memory/embedder.hpp>
#include <loci/memory/recall.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <vector>

namespace loci::recall {

/// A hit before its record is read.
struct RankedRow {
    std::int64_t key = 0;
    double score = 0;
    double similarity = 0;
    double lexical = 0;
    std::optional<int> semantic_rank{};
    std::optional<int> keyword_rank{};
    std::vector<memory::ChannelScore> explanation{};
};

struct Ranking {
    std::vector<RankedRow> rows; ///< the page asked for
    std::size_t total = 0;       ///< rows that paging can reach, at most `limits::results`
    bool degraded = false;
    bool truncated = false;
};

/// Finds, scores and orders. `parts` is what the filter allows; a similarity floor narrows it
/// further.
Ranking rank(store::ReadTransaction& transaction, std::vector<index::Part> parts,
             Question const& question, memory::RecallQuery const& query,
             memory::Embedder const& embedder);

} // namespace loci::recall
