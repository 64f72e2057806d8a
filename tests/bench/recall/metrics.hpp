#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace loci::bench {

/// Of one question, or means over several. Shares are 0..1.
struct Metrics {
    double recall_at_1 = 0; ///< share of a question's evidence among the first k turns
    double recall_at_5 = 0;
    double recall_at_10 = 0;
    double recall_at_20 = 0;
    double reciprocal_rank_at_10 = 0; ///< 1 / rank of the first evidence among the first 10, else 0
};

/// A question's group, its category or its conversation.
enum class Group : std::size_t { category, conversation };

/// Collects ranked answers.
class Scoreboard {
public:
    /// `ranked`: turn ids, best first, at least 20 where there are so many.
    void add(std::string conversation, std::string category,
             std::vector<std::string> const& evidence, std::vector<std::string> const& ranked);

    Metrics mean() const;

    /// A table with one line a group and one over all, shares in per cent; below it 95 % intervals
    /// of the means over all, by drawing questions again (Efron 1979), always from one seed.
    std::string render(std::string const& title, Group group) const;

private:
    struct Answer {
        std::string groups[2]; // by Group
        Metrics metrics;
    };

    std::pair<Metrics, Metrics> interval() const;

    std::vector<Answer> answers_;
};

} // namespace loci::bench
