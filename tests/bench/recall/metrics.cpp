#include "metrics.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace loci::bench {
namespace {

double share_found(std::vector<std::string> const& evidence, std::vector<std::string> const& ranked,
                   std::size_t k) {
    auto const end = ranked.begin() + static_cast<std::ptrdiff_t>(std::min(k, ranked.size()));
    auto const found = std::ranges::count_if(
        evidence, [&](auto const& id) { return std::find(ranked.begin(), end, id) != end; });
    return static_cast<double>(found) / static_cast<double>(evidence.size());
}

double reciprocal_rank(std::vector<std::string> const& evidence,
                       std::vector<std::string> const& ranked) {
    for (std::size_t rank = 0; rank < std::min<std::size_t>(10, ranked.size()); ++rank) {
        if (std::ranges::find(evidence, ranked[rank]) != evidence.end()) {
            return 1.0 / static_cast<double>(rank + 1);
        }
    }
    return 0;
}

} // namespace

void Scoreboard::add(std::string const& category, std::vector<std::string> const& evidence,
                     std::vector<std::string> const& ranked) {
    for (auto const& name : {category, std::string{"all"}}) {
        auto& sum = sums_[name];
        ++sum.questions;
        sum.recall_at_1 += share_found(evidence, ranked, 1);
        sum.recall_at_5 += share_found(evidence, ranked, 5);
        sum.recall_at_10 += share_found(evidence, ranked, 10);
        sum.recall_at_20 += share_found(evidence, ranked, 20);
        sum.reciprocal_rank_at_10 += reciprocal_rank(evidence, ranked);
    }
}

std::map<std::string, Metrics> Scoreboard::means() const {
    auto means = sums_;
    for (auto& [name, mean] : means) {
        auto const count = static_cast<double>(mean.questions);
        for (auto* value : {&mean.recall_at_1, &mean.recall_at_5, &mean.recall_at_10,
                            &mean.recall_at_20, &mean.reciprocal_rank_at_10}) {
            *value /= count;
        }
    }
    return means;
}

std::string render(std::string const& title, std::map<std::string, Metrics> const& means) {
    auto text = fmt::format("{:<28} {:>9} {:>6} {:>6} {:>6} {:>6} {:>7}\n", title, "questions",
                            "R@1", "R@5", "R@10", "R@20", "MRR@10");
    auto const line = [&](std::string const& name, Metrics const& mean) {
        text += fmt::format("  {:<26} {:>9} {:>6.1f} {:>6.1f} {:>6.1f} {:>6.1f} {:>7.3f}\n", name,
                            mean.questions, 100 * mean.recall_at_1, 100 * mean.recall_at_5,
                            100 * mean.recall_at_10, 100 * mean.recall_at_20,
                            mean.reciprocal_rank_at_10);
    };
    for (auto const& [name, mean] : means) {
        if (name != "all") {
            line(name, mean);
        }
    }
    if (auto const all = means.find("all"); all != means.end()) {
        line("all", all->second);
    }
    return text;
}

} // namespace loci::bench
