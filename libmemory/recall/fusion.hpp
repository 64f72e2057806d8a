#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace loci::recall {

/// What one channel said about every candidate, in one order for all channels.
struct ChannelScores {
    double weight = 0;
    std::vector<double> raw;
};

struct Fused {
    std::vector<double> scores;
    std::vector<std::vector<double>> scaled; ///< by channel, then candidate
};

/// The weighted sum of scaled scores: each channel is divided by its best for this question;
/// numbers below 0 count as 0. (embedding.md 4: better here than reciprocal ranks.)
Fused fuse(std::span<ChannelScores const> channels);

/// Rank of each candidate by `raw`, 1 is best; 0 where raw is not above 0. Equal ones keep the
/// order in `order`, which holds every candidate once.
std::vector<int> ranks(std::vector<double> const& raw, std::vector<std::size_t> const& order);

/// The numbers of the best `count` of `scores`, the best first; equal ones in their order.
std::vector<std::size_t> best_of(std::vector<double> const& scores, std::size_t count);

} // namespace loci::recall
