#pragma once
#include "recall/channel.hpp"

namespace loci::recall {

/// Cosine of the question's ranking vector with the rows' vectors.
class MeaningChannel final : public Channel {
public:
    /// All must outlive the channel.
    MeaningChannel(Question const& question, memory::RecallProfile const& profile)
        : question_(question)
        , profile_(profile) {}

    std::string_view name() const override { return "meaning"; }

    double weight() const override { return profile_.meaning; }

    bool propose(Candidates& candidates) override;
    std::vector<double> score(Candidates const& candidates, std::size_t from) override;

    std::string detail(std::size_t) const override { return {}; }

private:
    Question const& question_;
    memory::RecallProfile const& profile_;
};

} // namespace loci::recall
