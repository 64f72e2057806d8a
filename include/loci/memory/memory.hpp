#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/base/result.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/context_window.hpp>
#include <loci/memory/embedder.hpp>
#include <loci/memory/embedding_status.hpp>
#include <loci/memory/filter.hpp>
#include <loci/memory/index_statistics.hpp>
#include <loci/memory/near_duplicate.hpp>
#include <loci/memory/recall.hpp>
#include <loci/memory/record.hpp>
#include <loci/store/database.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace loci::memory {

/// Validated, analysed and embedded input: everything of a write that needs no transaction. Cheap
/// to copy; immutable, so that a closure can be run again.
class Prepared {
public:
    class Impl;

    explicit Prepared(std::shared_ptr<Impl const> impl) noexcept
        : impl_(std::move(impl)) {}

    Impl const& impl() const noexcept { return *impl_; }

private:
    std::shared_ptr<Impl const> impl_;
};

/// Whether the items of one call stand and fall together.
enum class WriteMode : std::uint8_t { all, each };

/// What to do when the folded text of an item equals that of a memory which the default view shows,
/// with the same space, subject, organization, agent and project. Items of one call see each other.
enum class DuplicateRule : std::uint8_t { store, return_existing };

struct WriteOptions {
    WriteMode mode = WriteMode::all;
    DuplicateRule duplicates = DuplicateRule::store;
    std::optional<NearDuplicates> near{}; ///< absent: nobody looks for near duplicates
};

struct Stored {
    Record memory;
    bool duplicate = false;            ///< it was there before; nothing was written
    std::vector<NearDuplicate> near{}; ///< what the new one nearly equals, the nearest first
};

/// One result an item, in request order. In mode `all` either every item is stored, or none is:
/// then the faulty items carry their own error and the others `conflict` (`ROLLED_BACK`).
struct BatchResult {
    std::vector<Result<Stored>> items;
    bool stored_any = false;
};

struct Erased {
    std::size_t memories = 0;
    std::size_t revisions = 0;
};

struct SpaceSummary {
    std::string space;
    std::size_t count = 0;
    Timestamp created_at;
    Timestamp last_write_at;
};

/// The point from which an export reads: rows written later are not in it.
struct ExportSnapshot {
    std::int64_t snapshot = 0; ///< highest revision key
    std::size_t total = 0;     ///< rows of the export as it starts
};

/// A lifecycle event on one memory (table in `libmemory/records/lifecycle.hpp`).
enum class Transition : std::uint8_t { expire, restore };

/// Memories on one database.
///
/// Every mutation comes twice: on an open transaction (to be composed with others in one commit),
/// and as a blocking call that prepares and commits by itself. Given an idempotency key, a repeated
/// call answers what the first one did and changes nothing; the same key with another request is
/// `conflict` (`IDEMPOTENCY_KEY_REUSED`).
///
/// A record of another tenant, or of another user outside `team:` spaces, is `not_found`
/// everywhere.
///
/// Threads: every function may be called from any thread at once.
/// Lifetime: database and embedder must outlive this.
class Memory final {
public:
    /// The tables that this needs; pass it to `store::Options::components`.
    static store::Component component();

    /// With another embedder than the last time, that model is incoming: `continue_model_change`
    /// has to be called until nothing is left to do (`BackgroundEmbedder` does). `former`:
    /// embedders for a model that served before; without it, questions go by words meanwhile.
    /// Errors: `unavailable`, `corrupt`, `conflict` (`MODEL_CHANGED`: the same id with another
    /// dimension).
    static Result<Memory> open(store::Database& database, Embedder& embedder,
                               std::span<Embedder* const> former = {});

    /// Models known to a database, whether or not an embedder for them is at hand.
    static Result<std::vector<StoredModel>> stored_models(store::Database& database);

    // Writing
    // -------------------------------------------------------------------------------------------------

    /// Validates, analyses and embeds outside any transaction. Never fails as a whole: faults are
    /// kept by item.
    Prepared prepare(std::vector<NewMemory> items);
    /// … and looks for near duplicates if the options ask for it.
    /// Errors: `invalid` (the limits of nearness), those of a read.
    Result<Prepared> prepare(Caller const&, std::vector<NewMemory> items, WriteOptions const&);

    store::Outcome<BatchResult> write(store::WriteTransaction&, Caller const&,
                                      std::optional<IdempotencyKey> const&, Prepared const&,
                                      WriteOptions);
    /// Errors of an item: `invalid`; `not_found` (`supersedes` names no visible memory); `conflict`
    /// (`MEMORY_EXISTS`: its id is taken; `ALREADY_SUPERSEDED`, `SUPERSEDES_ITSELF`,
    /// `SUPERSEDE_CYCLE`). Paths in a batch start with the item's place: `[2].content`.
    Result<BatchResult> write_many(Caller const&, std::vector<NewMemory>, WriteOptions = {},
                                   std::optional<IdempotencyKey> = {});
    /// One item.
    Result<Stored> write(Caller const&, NewMemory, std::optional<IdempotencyKey> = {});
    Result<Stored> write(Caller const&, NewMemory, WriteOptions const&,
                         std::optional<IdempotencyKey> = {});

    /// Reads the memory as it is now; should it change before the transaction, the texts are
    /// analysed there and embedded later. Errors: `not_found`, `invalid`.
    Result<Prepared> prepare(Caller const&, MemoryId, Patch const&);
    store::Outcome<Record> revise(store::WriteTransaction&, Caller const&,
                                  std::optional<IdempotencyKey> const&, MemoryId, Prepared const&);
    /// Errors: `not_found`, `invalid`, `conflict` (`STALE_REVISION`).
    Result<Record> revise(Caller const&, MemoryId, Patch const&,
                          std::optional<IdempotencyKey> = {});

    /// Joins two existing memories: `older` gets the stamp and the edge. Errors: `not_found`,
    /// `conflict` (`ALREADY_SUPERSEDED`, `SUPERSEDES_ITSELF`, `SUPERSEDE_CYCLE`).
    store::Outcome<Record> supersede(store::WriteTransaction&, Caller const&,
                                     std::optional<IdempotencyKey> const&, MemoryId older,
                                     MemoryId newer);
    Result<Record> supersede(Caller const&, MemoryId older, MemoryId newer,
                             std::optional<IdempotencyKey> = {});

    /// Records that the two contradict each other: both are stamped contested, an edge joins them.
    /// Errors: `not_found`, `conflict` (`CONTRADICTS_ITSELF`).
    store::Outcome<Record> mark_contradiction(store::WriteTransaction&, Caller const&,
                                              std::optional<IdempotencyKey> const&, MemoryId,
                                              MemoryId other);
    Result<Record> mark_contradiction(Caller const&, MemoryId, MemoryId other,
                                      std::optional<IdempotencyKey> = {});

    /// Confirms a memory: counts the validation, stores its time and, if given, a new confidence;
    /// ends a contest.
    store::Outcome<Record> validate(store::WriteTransaction&, Caller const&,
                                    std::optional<IdempotencyKey> const&, MemoryId,
                                    std::optional<double> confidence);
    Result<Record> validate(Caller const&, MemoryId, std::optional<double> confidence = {},
                            std::optional<IdempotencyKey> = {});

    store::Outcome<Record> transition(store::WriteTransaction&, Caller const&,
                                      std::optional<IdempotencyKey> const&, MemoryId, Transition);
    Result<Record> transition(Caller const&, MemoryId, Transition,
                              std::optional<IdempotencyKey> = {});

    /// Hard delete: row, revisions, stems, vectors, word entries and stored answers, in one
    /// transaction. All ids or none. Bytes leave the files by `store::Database::scrub`. Errors:
    /// `not_found`.
    store::Outcome<Erased> erase(store::WriteTransaction&, Caller const&,
                                 std::optional<IdempotencyKey> const&, std::span<MemoryId const>);
    Result<Erased> erase(Caller const&, std::vector<MemoryId>, std::optional<IdempotencyKey> = {});

    // Reading
    // -------------------------------------------------------------------------------------------------

    /// By id; superseded and expired memories are readable, forgotten ones are not.
    Result<Record> get(Caller const&, MemoryId, std::optional<Timestamp> as_of = {});
    Result<Page> list(Caller const&, ListQuery const&);
    Result<std::size_t> count(Caller const&, Filter const&);
    /// By name.
    Result<std::vector<SpaceSummary>> spaces(Caller const&, View = {});
    Result<Recall> recall(Caller const&, RecallQuery const&);
    /// Memories that say what this one would say, the nearest first, at most 32; nothing is
    /// written. Errors: `invalid`.
    Result<std::vector<NearDuplicate>> near_duplicates(Caller const&, NewMemory,
                                                       NearnessLimits const& = {});
    /// All queries see one snapshot; a faulty query fails in its own place.
    Result<std::vector<Result<Recall>>> recall_many(Caller const&, std::span<RecallQuery const>);
    Result<ContextWindow> context_window(Caller const&, ContextQuery const&, TokenCounter const&);

    /// Revisions visible to the caller in the spaces named (none named: all): the current ones, or,
    /// to go on with an earlier export, what is left of those that were current at its snapshot.
    Result<ExportSnapshot> begin_export(Caller const&, std::vector<std::string> const& spaces,
                                        std::optional<std::int64_t> snapshot = {});
    /// Rows with `after` < revision key <= `snapshot`, ascending, at most `limit`; deleted ones are
    /// left out, and a row revised since is given as it was at the snapshot.
    Result<std::vector<Record>> export_page(Caller const&, std::vector<std::string> const& spaces,
                                            std::int64_t snapshot, std::int64_t after,
                                            std::size_t limit);

    /// Changes of records visible to the caller, after change `after`.
    Result<std::vector<store::LoggedChange>> changes(Caller const&, std::int64_t after,
                                                     std::size_t limit);

    // Care
    // ----------------------------------------------------------------------------------------------------

    /// Embeds memories whose vector is pending, at most `limit`; returns how many are done.
    /// Errors: `unavailable` (`EMBEDDER_UNAVAILABLE`).
    Result<std::size_t> embed_pending(std::size_t limit);

    /// One step of a change of model, of at most `limit` revisions. 0: none is under way, and
    /// nothing of an earlier one is left. Errors: `unavailable` (`EMBEDDER_UNAVAILABLE`).
    Result<std::size_t> continue_model_change(std::size_t limit);

    Result<EmbeddingStatus> embedding_status();
    ServingModel serving_model() const;

    /// Words, vectors and statistics against rows; empty means consistent.
    Result<std::vector<std::string>> inspect();

    /// What recall may keep in memory, all owners together; at first `default_memory_budget`.
    /// Owners that are asked for least are read again when they are asked for; one that is in use
    /// is kept even if it is larger.
    void limit_index_memory(std::size_t bytes) noexcept;

    IndexStatistics index_statistics() const;

    Memory(Memory&&) noexcept;
    Memory& operator=(Memory&&) noexcept;
    ~Memory();

private:
    class Impl;
    explicit Memory(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

} // namespace loci::memory
