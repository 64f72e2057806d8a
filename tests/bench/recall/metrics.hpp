#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace loci::bench {

/// Means over the questions of one category. Shares are 0..1.
struct Metrics {
    std::size_t questions = 0;
    double recall_at_1 = 0; ///< share of a question's evidence among the first k turns
    double recall_at_5 = 0;
    double recall_at_10 = 0;
    double recall_at_20 = 0;
    double reciprocal_rank_at_10 = 0; ///< 1 / rank of the first evidence among the first 10, else 0
};

/// Collects ranked answers by category, and over all categories under the name `all`.
class Scoreboard {
public:
    /// `ranked`: turn ids, best first, at least 20 where there are so many.
    void add(std::string const& category, std::vector<std::string> const& evidence,
             std::vector<std::string> const& ranked);

    std::map<std::string, Metrics> means() const;

private:
    std::map<std::string, Metrics> sums_;
};

/// A table with one line a category, shares in per cent.
std::string render(std::string const& title, std::map<std::string, Metrics> const& means);

} // namespace loci::bench
