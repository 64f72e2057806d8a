#pragma once
#include "recall/candidates.hpp"
#include "recall/question.hpp"

#include <cstddef>
#include <cstdint>
#include <loci/store/transaction.hpp>
#include <map>
#include <utility>
#include <vector>

namespace loci::recall {

/// What the turns around a row, and its episode as a whole, say about it. Rows without an episode
/// or a position have neither. Only rows that the filter lets through count as neighbours.
class EpisodeContext {
public:
    /// So many episodes are looked at, that of the best candidate first: what a question costs
    /// does not grow with the number of episodes.
    static constexpr std::size_t most_episodes = 256;

    /// Takes the episodes of `candidates`, whose scores these are. All but the scores must outlive
    /// the context.
    EpisodeContext(store::ReadTransaction& transaction, Question const& question,
                   Candidates const& candidates, std::vector<double> const& scores);

    bool is_empty() const noexcept { return episodes_.empty(); }

    /// Adds the turns around the best `count` of `scores`.
    void propose(Candidates& candidates, std::vector<double> const& scores,
                 std::size_t count) const;

    /// For each candidate, the weighted scores of the turns around it.
    std::vector<double> neighbours(Candidates const& candidates,
                                   std::vector<double> const& scores) const;

    /// For each candidate, the BM25 of its whole episode among those taken.
    std::vector<double> episode_scores(Candidates const& candidates) const;

    /// A turn beside another one: so many turns after it, or before where negative.
    struct Neighbour {
        std::ptrdiff_t offset = 0;
        Place place;
    };

    /// The turns up to `reach` before and after, in their order.
    std::vector<Neighbour> around(Candidates const& candidates, Place place,
                                  std::ptrdiff_t reach) const;

private:
    struct Turn {
        std::int64_t sequence = 0;
        std::int64_t key = 0;
        std::uint32_t position = 0;
        auto operator<=>(Turn const&) const = default;
    };

    using Turns = std::vector<Turn>;

    void collect_turns(Candidates const& candidates);

    store::ReadTransaction& transaction_;
    Question const& question_;
    std::map<std::int64_t, Turns> episodes_; // numbers are unique over all owners
};

} // namespace loci::recall
