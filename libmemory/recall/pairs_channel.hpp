#pragma once
#include "recall/candidate_stems.hpp"
#include "recall/channel.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace loci::recall {

/// BM25 over ordered pairs of stems that stand one or two apart, in the question as in the row. It
/// puts nothing forward: whoever holds a pair holds its stems.
class PairsChannel final : public Channel {
public:
    /// All must outlive the channel. `stems` is read for a candidate before it is scored.
    PairsChannel(Question const& question, CandidateStems const& stems,
                 memory::RecallProfile const& profile);

    std::string_view name() const override { return "pairs"; }

    double weight() const override { return profile_.pairs; }

    bool propose(Candidates&) override { return false; }

    std::vector<double> score(Candidates const& candidates, std::size_t from) override;
    std::string detail(std::size_t candidate) const override;

private:
    using Pair = std::uint64_t; // first stem's number above the second's

    /// Calls `visit(pair)` for each pair of the question in the candidate.
    template <class Visit>
    void for_each_pair(std::size_t candidate, Visit visit) const;

    Question const& question_;
    CandidateStems const& stems_;
    memory::RecallProfile const& profile_;
    std::unordered_map<Pair, double> frequencies_; // in the question
    std::unordered_map<Pair, std::int64_t> holders_;
};

} // namespace loci::recall
