#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <loci/memory/embedding_status.hpp>
#include <loci/store/database.hpp>
#include <memory>
#include <mutex>
#include <records/mutation.hpp>
#include <string>
#include <vector>

namespace loci::memory {

EmbeddingStatus embedding_status(store::ReadTransaction& transaction, Models::InUse const& models);

/// Hands changes to the catalogue. Those of a mutation that shared its commit with a swap of models
/// carry vectors of the former one.
ChangeSink sink_to(std::shared_ptr<index::Catalogue> const& catalogue,
                   std::shared_ptr<Models const> const& models);

/// The change from one model to another, in short steps: every revision gets its vector under the
/// incoming model, in the order of their keys; one transaction makes that model serve; then the
/// vectors of the former one are removed. It may be cut off and continued at any point.
///
/// Threads: `step` from any thread, one at a time.
class ModelChange {
public:
    /// Called on the writer thread when the incoming model has come to serve, with the number of
    /// the change that says so.
    using OnSwap = std::function<void(std::int64_t change)>;

    ModelChange(store::Database& database, Mutation::Services const& services, OnSwap on_swap);

    /// Embeds or removes at most `limit` revisions' vectors. Returns how many, or 1 for a step
    /// without; 0: nothing is left to do. Errors: those of the incoming model, `unavailable`.
    Result<std::size_t> step(std::size_t limit);

private:
    Result<std::size_t> embed_some(UsedModel const& incoming, std::size_t limit);
    Result<std::size_t> swap(UsedModel const& incoming);
    Result<std::size_t> remove_some(std::size_t limit);

    store::Database& database_;
    Mutation::Services const& services_;
    OnSwap const on_swap_;
    std::mutex mutex_;                 // guards all below
    std::int64_t embedded_until_ = 0;  // revision key
    std::int64_t removed_until_ = 0;   // revision key
    std::vector<std::int64_t> failed_; // the incoming model makes no sound vector for these
};

} // namespace loci::memory
