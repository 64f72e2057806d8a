#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/memory/embedder.hpp>
#include <loci/store/database.hpp>
#include <records/mutation.hpp>

namespace loci::memory {

/// The number of the model that serves questions. Another model than the last time: its vectors
/// are dropped and every revision is pending again, in short steps. The model of the last time is
/// only looked up, so that a database opened for reading alone can be inspected.
/// Errors: `conflict` (`MODEL_CHANGED`: the same id with another dimension).
Result<std::int64_t> ensure_model(store::Database& database, Embedder const& embedder);

/// Embeds pending revisions outside any transaction, then stores the vectors of those that are
/// still there. Returns how many are no longer pending.
Result<std::size_t> embed_pending(store::Database& database, Embedder& embedder,
                                  Mutation::Services const& services, std::size_t limit);

} // namespace loci::memory
