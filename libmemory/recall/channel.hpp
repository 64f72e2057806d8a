#pragma once
#include "recall/candidates.hpp"
#include "recall/question.hpp"

#include <cstddef>
#include <loci/memory/recall.hpp>
#include <loci/store/transaction.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace loci::recall {

/// One way of finding. A channel first puts rows forward, then gives a number to the candidates of
/// all channels. It lives for one question.
class Channel {
public:
    virtual ~Channel() = default;

    virtual std::string_view name() const = 0;
    virtual double weight() const = 0;

    /// Returns true when it stopped at its cut-off.
    virtual bool propose(Candidates& candidates) = 0;

    /// Of the candidates from number `from` on, in their order; 0 or below: not found by this
    /// channel. Each candidate is asked for once.
    virtual std::vector<double> score(Candidates const& candidates, std::size_t from) = 0;

    /// Why the candidate was found, e.g. the stems that matched.
    virtual std::string detail(std::size_t candidate) const = 0;
};

/// Most rows that the words put forward.
inline constexpr std::size_t word_candidates = 2000;

} // namespace loci::recall
