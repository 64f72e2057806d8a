#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <loci/store/transaction.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::index {

/// How often a stem counts in a place: a number that the tally's user gives to parts of it.
struct StemCount {
    std::string stem;
    std::int64_t place = 0;
    std::int64_t count = 0;
    auto operator<=>(StemCount const&) const = default;
};

/// In order of stem and place, each once; counts of 0 are gone.
std::vector<StemCount> summed(std::vector<StemCount> counts);

/// What is counted, as it lies in the row.
struct TallyKind {
    static constexpr std::int64_t owner = 0;   ///< documents, by space; the place is the space's
    static constexpr std::int64_t episode = 1; ///< occurrences; the place is always 0
};

/// Sums of counts, made for writing much and reading little: what a transaction adds
/// becomes a sorted segment of its own; now and then segments are merged into a larger one, in the
/// transaction that adds. A count is the sum over all segments.
class StemTally {
public:
    /// `number`: of the owner, or of the episode.
    StemTally(std::int64_t kind, std::int64_t number) noexcept
        : kind_(kind)
        , number_(number) {}

    /// `counts` as `summed` gives them, above 0.
    void add(store::WriteTransaction& transaction, std::vector<StemCount> counts) const;

    /// `counts` as `summed` gives them, above 0 and not more than was added. What reaches 0 leaves
    /// no trace in any row.
    void subtract(store::WriteTransaction& transaction, std::vector<StemCount> counts) const;

    /// The counts of some stems, summed.
    std::vector<StemCount> find(store::ReadTransaction& transaction,
                                std::span<std::string_view const> stems) const;

    /// All counts, summed.
    std::vector<StemCount> read(store::ReadTransaction& transaction) const;

private:
    void add_segment(store::WriteTransaction& transaction, std::int64_t level,
                     std::vector<StemCount> counts) const;
    std::vector<std::vector<StemCount>> read_segments(store::ReadTransaction& transaction,
                                                      std::int64_t first, std::int64_t last) const;
    void insert_blocks(store::WriteTransaction& transaction, std::int64_t segment,
                       std::vector<StemCount> const& counts) const;

    std::int64_t kind_;
    std::int64_t number_;
};

/// Receives the number of an episode, the index of a stem and how often the episode has it; one
/// stem of an episode may come in several parts.
using EpisodeVisit = std::function<void(std::int64_t, std::size_t, std::int64_t)>;

/// Looks up distinct stems in many episodes.
void find_in_episodes(store::ReadTransaction& transaction, std::span<std::int64_t const> episodes,
                      std::span<std::string_view const> stems, EpisodeVisit const& visit);

} // namespace loci::index
