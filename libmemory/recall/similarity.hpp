#pragma once
#include "recall/candidates.hpp"
#include "recall/question.hpp"

#include <loci/memory/embedder.hpp>
#include <loci/store/transaction.hpp>
#include <vector>

namespace loci::recall {

/// Rows whose text is the question, in order.
std::vector<Place> equal_rows(store::ReadTransaction& transaction,
                              std::vector<index::Part> const& parts, Question const& question);

/// What a hit's `similarity` is: 0..1; 0 without a vector.
double similarity_of(memory::Embedder const& embedder, bool has_vector, double cosine);

/// Takes the rows less similar to the question than `floor` out of what is allowed, but those of
/// equal text.
void keep_similar(std::vector<index::Part>& parts, Question const& question,
                  std::vector<Place> const& equal, memory::Embedder const& embedder, double floor);

} // namespace loci::recall
