#pragma once
#include "index/bitmap.hpp"
#include "index/catalogue.hpp"
#include "index/chunk.hpp"
#include "index/episodes.hpp"
#include "index/segment_file.hpp"
#include "index/texts.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <loci/memory/vector_index.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

namespace loci::index {

using Chunks = std::vector<std::shared_ptr<Chunk>>;

/// Everything about the rows of one owner that changes.
struct PartitionState {
    std::shared_ptr<Chunks const> chunks = std::make_shared<Chunks const>();
    std::size_t size = 0;
    std::size_t erased = 0;
    std::size_t abandoned_texts = 0; ///< that came with a change of a row: an earlier one may be
                                     ///< of no use any more
    std::shared_ptr<std::vector<std::uint32_t> const> languages =
        std::make_shared<std::vector<std::uint32_t> const>(); ///< ascending

    Chunk const& chunk_of(std::uint32_t position) const noexcept {
        return *(*chunks)[position / chunk_rows];
    }
};

std::int64_t key_at(PartitionState const& state, std::uint32_t position) noexcept;

/// Position of `key` among rows in key order.
std::optional<std::uint32_t> find_key(PartitionState const& state, std::int64_t key) noexcept;

/// Where the values lie that the row shares with the other revisions of its memory.
std::uint32_t latest_of(PartitionState const& state, std::uint32_t position) noexcept;

/// A whole row.
Entry entry_at(PartitionState const& state, std::uint32_t position);

/// What `Segments` notes of a partition's vectors.
struct Sealing {
    SegmentIdentity identity{};          ///< without a model: there are no files
    std::size_t saved = 0;               ///< members of the graph that the file holds
    std::atomic<bool> is_queued{false};  ///< to be sealed or saved
    std::atomic<bool> is_retired{false}; ///< misses changes from now on: not to be saved
};

/// The rows of one owner, in key order, and their vectors.
///
/// Rows are appended to chunks beyond the published size, where no view looks; a change of older
/// rows copies what it changes. So a view is constant without any lock.
///
/// Threads: one thread changes; `state`, `texts`, `episodes`, `vectors` and `memory_bytes` from
/// any.
class Partition {
public:
    explicit Partition(std::size_t dimension, SegmentLimits limits = {});

    /// Adds a revision; an earlier one of the same memory ends. False: the key is not above all
    /// others, or the vector has the wrong length.
    bool append(Row const& row);

    /// The same with texts that `intern` has made numbers. An empty vector: none.
    bool append(Entry entry, std::span<float const> vector);

    /// Gives the revision `key` a vector. False: unknown, has one, or the vector has the wrong
    /// length.
    bool add_vector(std::int64_t key, std::span<float const> vector);

    /// Takes over vectors that were loaded, before there are others.
    void take_vectors(std::unique_ptr<SegmentedIndex> vectors);

    /// Replaces values of a known revision, and of its memory. False: unknown.
    bool restamp(Row const& row);

    void erase(std::int64_t key);

    /// Shows what was changed since to later `state` calls.
    void publish();

    /// All of one mutation, then `publish`. False: rows and changes do not fit together.
    bool apply(RowChanges const& changes);

    PartitionState state() const;

    Texts const& texts() const noexcept { return texts_; }

    /// For the thread that changes rows.
    Texts& texts() noexcept { return texts_; }

    Episodes const& episodes() const noexcept { return episodes_; }

    memory::VectorIndex const& vectors() const noexcept { return *vectors_; }

    std::size_t dimension() const noexcept { return dimension_; }

    CodeView codes() const { return vectors_->codes(); }

    /// For `Segments`.
    SegmentedIndex& segments() noexcept { return *vectors_; }

    Sealing& sealing() noexcept { return sealing_; }

    /// About what it takes in memory.
    std::size_t memory_bytes() const;

private:
    MemoryColumns columns_of(Row const& row);
    Entry entry_of(Row const& row);
    Chunk& writable(std::uint32_t position);
    std::optional<std::uint32_t> first_row_of(std::int64_t memory) const;
    void note_first(std::int64_t memory, std::uint32_t position);
    void follow(std::uint32_t first, std::uint32_t position);
    void note_language(std::uint32_t language);
    void note_turn(std::uint32_t position, MemoryColumns const& memory);
    void note_move(std::uint32_t first, std::uint32_t before, MemoryColumns const& memory);

    Texts texts_;
    Episodes episodes_;
    std::unique_ptr<SegmentedIndex> vectors_;
    Sealing sealing_;
    std::size_t dimension_;
    std::vector<std::uint32_t> first_rows_;      // of each memory, by its number
    std::unordered_set<std::size_t> own_chunks_; // copied or made since the last `publish`
    std::shared_ptr<Chunks> chunks_ = std::make_shared<Chunks>(); // of `working_`
    bool owns_list_ = false; // no published state knows `chunks_`
    PartitionState working_;
    std::size_t chunk_bytes_ = 0;
    mutable std::mutex mutex_; // guards all below, held only to copy it
    PartitionState published_;
    std::size_t memory_bytes_ = 0; // without vectors
};

} // namespace loci::index
