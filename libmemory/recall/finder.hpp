#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <loci/base/result.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/context_window.hpp>
#include <loci/memory/embedder.hpp>
#include <loci/memory/filter.hpp>
#include <loci/memory/memory.hpp>
#include <loci/memory/recall.hpp>
#include <loci/store/database.hpp>
#include <span>
#include <vector>

namespace loci::index {
class Catalogue;
}

/// The finding half of `memory::Memory`.
namespace loci::recall {

/// The records of revision keys, in their order; keys without a row are left out.
using RecordReader = std::function<std::vector<memory::Record>(store::ReadTransaction&,
                                                               std::span<std::int64_t const> keys)>;

/// Everything that finding needs. Database, catalogue and embedder must outlive it.
///
/// Threads: every function may be called from any thread at once.
class Finder final {
public:
    Finder(store::Database& database, index::Catalogue& catalogue, memory::Embedder& embedder,
           RecordReader read_records);

    // As `memory::Memory` documents them. Faulty fields are named as in the public structs:
    // `query`, `limit`, `offset`, `similarity_floor`, `profile.words`, `token_budget` …
    Result<memory::Recall> recall(Caller const&, memory::RecallQuery const&) const;
    Result<std::vector<Result<memory::Recall>>>
    recall_many(Caller const&, std::span<memory::RecallQuery const>) const;
    Result<memory::Page> list(Caller const&, memory::ListQuery const&) const;
    Result<std::size_t> count(Caller const&, memory::Filter const&) const;
    /// Spaces that hold at least one memory of the view.
    Result<std::vector<memory::SpaceSummary>> spaces(Caller const&, memory::View) const;
    Result<memory::ContextWindow> context_window(Caller const&, memory::ContextQuery const&,
                                                 memory::TokenCounter const&) const;

private:
    store::Database* database_;
    index::Catalogue* catalogue_;
    memory::Embedder* embedder_;
    RecordReader read_records_;
};

} // namespace loci::recall
