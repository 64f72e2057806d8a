#pragma once
#include "index/segment_limits.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <loci/base/clock.hpp>
#include <loci/base/ids.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/index_statistics.hpp>
#include <loci/memory/record.hpp>
#include <loci/store/transaction.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What recall keeps in memory about the rows of each owner: filter columns and vectors. Derived
/// from rows, loaded on demand, kept up to date by the write path after each commit.
namespace loci::index {

/// The filterable columns of one revision, and its vector.
struct Row {
    std::int64_t key = 0;    ///< revision key
    std::int64_t memory = 0; ///< memory number
    std::int64_t owner = 0;
    WriteScope scope; ///< space always set
    std::string user;
    std::vector<std::string> tags;
    memory::Kind kind = memory::Kind::memory;
    std::optional<std::string> type;
    std::optional<std::string> nature;
    std::optional<int> level;
    memory::Sensitivity sensitivity = memory::Sensitivity::normal;
    std::optional<std::string> source;
    std::optional<std::string> speaker;
    std::optional<std::int64_t> sequence;
    std::optional<std::int64_t> episode;
    std::optional<std::string> language;
    std::optional<double> confidence;
    std::optional<double> importance;
    memory::IndexState index_state = memory::IndexState::ready;
    int revision = 1;
    Timestamp created_at;
    Timestamp updated_at;
    Timestamp recorded_at;
    std::optional<Timestamp> ended_at;
    std::optional<Timestamp> valid_from;
    std::optional<Timestamp> valid_to;
    std::optional<Timestamp> expires_at;
    std::optional<Timestamp> superseded_at;
    std::optional<Timestamp> expired_at;
    std::optional<Timestamp> contested_at;
    std::optional<Timestamp> forgotten_at;
    std::uint32_t words = 0;   ///< number of stems
    std::vector<float> vector; ///< of length 1; empty: none
};

/// What a committed mutation did to the rows of one owner.
struct RowChanges {
    std::int64_t owner = 0;
    std::int64_t change = 0; ///< number of the last change logged by the mutation
    std::vector<Row>
        added; ///< new revisions; the memory's former current one ends at `recorded_at`
    std::vector<Row> restamped; ///< current revisions whose stamps or in-place values are replaced
                                ///< by these; a vector that came later may be given with them
    std::vector<std::int64_t> erased; ///< revision keys hard-deleted, ended ones too
};

class OwnerView;
class Segments;

/// How the vectors of large partitions are kept.
struct SegmentOptions {
    std::filesystem::path directory{}; ///< of the files; empty: none are written
    bool has_thread = false;           ///< absent: sealing waits for `Segments::run_all`
    SegmentLimits limits{};
};

/// The rows of all owners, loaded when first asked for.
///
/// Threads: `apply` and `reached` on the writer thread; `view` from any thread. A search works on a
/// view, which nobody changes: neither waits for the other.
class Catalogue final {
public:
    /// `model` is the serving model's id, `dimension` the length of its vectors.
    Catalogue(std::string model, std::size_t dimension, SegmentOptions segments = {});
    Catalogue(Catalogue const&) = delete;
    Catalogue& operator=(Catalogue const&) = delete;
    ~Catalogue();

    /// Takes over what one committed mutation did, all owners at once. Called from `after_commit`,
    /// in commit order. If it fails, the owners are loaded again before their next search.
    void apply(std::span<RowChanges const> changes) noexcept;

    /// Says that every mutation up to change `last_change` was applied. To be called from
    /// `Database::subscribe`, for changes that have no rows here.
    void reached(std::int64_t last_change) noexcept;

    /// The rows of an owner, at least as new as `transaction`. Waits a moment for an `apply` that
    /// is under way; loads what is missing through `transaction`.
    OwnerView view(store::ReadTransaction& transaction, std::int64_t owner);

    /// Everything is loaded again at its next use (after repairs).
    void drop_all() noexcept;

    /// Another model serves from change `change` on: everything is loaded again with its vectors.
    /// On the writer thread. `meanwhile` runs when no view of either model is being given out.
    void serve(std::string model, std::size_t dimension, std::int64_t change,
               std::function<void()> const& meanwhile) noexcept;

    /// Counts the calls of `serve`: views taken while it stays the same are of one model.
    std::uint64_t generation() const noexcept;

    /// What all owners together may hold; those that are asked for least go. One that is in use is
    /// kept even if it is larger.
    void limit_memory(std::size_t bytes) noexcept;

    memory::IndexStatistics statistics() const;

    /// Sealing and files of vectors.
    Segments& segments() noexcept;

    /// Rows that do not equal what the database holds, as readable lines; empty: none. For
    /// `Memory::inspect`.
    std::vector<std::string> inspect(store::ReadTransaction& transaction);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace loci::index
