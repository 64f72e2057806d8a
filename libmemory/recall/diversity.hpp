#pragma once
#include "recall/candidates.hpp"

#include <cstddef>
#include <loci/store/transaction.hpp>
#include <vector>

namespace loci::recall {

/// Chooses the first rows of `order` one after the other by maximal marginal relevance (Carbonell
/// and Goldstein 1998): (1 - novelty) * relevance - novelty * nearness to the nearest one chosen.
/// Relevance is the score scaled to 0..1 over these rows, nearness the cosine of their vectors; a
/// row without a vector is near to none.
void diversify(store::ReadTransaction& transaction, Candidates const& candidates,
               std::vector<double> const& scores, double novelty, std::vector<std::size_t>& order);

} // namespace loci::recall
