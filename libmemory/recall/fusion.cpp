#include "recall/fusion.hpp"

#include <algorithm>
#include <numeric>

namespace loci::recall {

Fused fuse(std::span<ChannelScores const> channels) {
    Fused fused;
    for (auto const& channel : channels) {
        fused.scores.resize(channel.raw.size());
        auto const highest = std::max_element(channel.raw.begin(), channel.raw.end());
        auto const best = highest == channel.raw.end() ? 0.0 : std::max(*highest, 0.0);
        auto& scaled = fused.scaled.emplace_back(channel.raw.size());
        for (std::size_t i = 0; i < channel.raw.size() && best > 0; ++i) {
            scaled[i] = std::max(channel.raw[i], 0.0) / best;
            fused.scores[i] += channel.weight * scaled[i];
        }
    }
    return fused;
}

std::vector<int> ranks(std::vector<double> const& raw, std::vector<std::size_t> const& order) {
    std::vector<std::size_t> found;
    for (auto const candidate : order) {
        if (raw[candidate] > 0) {
            found.push_back(candidate);
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [&](std::size_t left, std::size_t right) { return raw[left] > raw[right]; });
    std::vector<int> ranks(raw.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        ranks[found[i]] = static_cast<int>(i + 1);
    }
    return ranks;
}

std::vector<std::size_t> best_of(std::vector<double> const& scores, std::size_t count) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    count = std::min(count, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                      order.end(), [&](std::size_t left, std::size_t right) {
                          return scores[left] != scores[right] ? scores[left] > scores[right]
                                                               : left < right;
                      });
    order.resize(count);
    return order;
}

} // namespace loci::recall
