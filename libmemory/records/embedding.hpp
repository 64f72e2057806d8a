#pragma once
#include <cstddef>
#include <loci/memory/embedder.hpp>
#include <loci/store/database.hpp>
#include <records/mutation.hpp>
#include <records/prepare.hpp>
#include <span>
#include <vector>

namespace loci::memory {

/// The vectors of texts under one model. A text that the model refuses by itself has an unsound
/// one. Errors: those of the model, when it would take no text.
Result<std::vector<ModelVector>> embed_by(UsedModel const& model,
                                          std::span<SearchedText const> texts);

/// Embeds pending revisions outside any transaction, then stores the vectors of those that are
/// still there. Returns how many are no longer pending.
Result<std::size_t> embed_pending(store::Database& database, Mutation::Services const& services,
                                  std::size_t limit);

} // namespace loci::memory
