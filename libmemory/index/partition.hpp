#pragma once
#include "index/bitmap.hpp"
#include "index/catalogue.hpp"
#include "index/episodes.hpp"
#include "index/strings.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <loci/memory/vector_index.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace loci::index {

/// An instant that is never reached: absent stamps and ends.
inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// What all revisions of a memory share. Texts are numbers of `Strings`, instants microseconds.
struct MemoryColumns {
    std::int64_t number = 0;
    std::int64_t created_at = 0;
    std::int64_t updated_at = 0;
    std::int64_t expires_at = never;
    std::int64_t superseded_at = never;
    std::int64_t expired_at = never;
    std::int64_t contested_at = never;
    std::int64_t forgotten_at = never;
    std::optional<std::int64_t> episode;
    std::optional<std::int64_t> sequence;
    std::optional<double> importance;
    std::uint32_t subject = 0;
    std::uint32_t organization = 0;
    std::uint32_t agent = 0;
    std::uint32_t space = 0;
    std::uint32_t session = 0;
    std::uint32_t project = 0;
    std::uint32_t user = 0;
    std::uint32_t nature = 0;
    std::uint32_t source = 0;
    std::uint32_t speaker = 0;
    std::optional<int> level;
    memory::Kind kind = memory::Kind::memory;
    memory::Sensitivity sensitivity = memory::Sensitivity::normal;
    bool operator==(MemoryColumns const&) const = default;
};

/// One revision as filters see it.
struct Entry {
    MemoryColumns memory;
    std::int64_t key = 0;
    std::int64_t recorded_at = 0;
    std::int64_t ended_at = never;
    std::int64_t valid_from = never; ///< `never` means unknown
    std::int64_t valid_to = never;
    std::optional<double> confidence;
    std::span<std::uint32_t const> tags; ///< ascending
    std::uint32_t type = 0;
    std::uint32_t language = 0;
    std::uint32_t words = 0;
    std::uint32_t previous = 0; ///< one more than the position of the revision before; 0: none
    int revision = 1;
    memory::IndexState index_state = memory::IndexState::ready;
    bool has_vector = false;
    bool erased = false;
};

inline constexpr std::size_t chunk_rows = 256;

using Chunk = std::array<Entry, chunk_rows>;
using Chunks = std::vector<std::shared_ptr<Chunk>>;

/// Everything about the rows of one owner that changes.
struct PartitionState {
    std::shared_ptr<Chunks const> chunks = std::make_shared<Chunks const>();
    std::size_t size = 0;
    std::size_t erased = 0;
    std::shared_ptr<std::vector<std::uint32_t> const> languages =
        std::make_shared<std::vector<std::uint32_t> const>(); ///< ascending
};

/// The rows of one owner, in key order, and their vectors.
///
/// Rows are appended to chunks beyond the published size, where no view looks; a change of older
/// rows copies their chunk. So a view is constant without any lock.
///
/// Threads: one thread changes; `state`, `strings` and `vectors` from any.
class Partition {
public:
    explicit Partition(std::size_t dimension);

    /// Adds a revision; an earlier one of the same memory ends. False: the key is not above all
    /// others, or the vector has the wrong length.
    bool append(Row const& row);

    /// Replaces values of a known revision, and of its memory. False: unknown.
    bool restamp(Row const& row);

    void erase(std::int64_t key);

    /// Shows what was changed since to later `state` calls.
    void publish();

    /// All of one mutation, then `publish`. False: rows and changes do not fit together.
    bool apply(RowChanges const& changes);

    PartitionState state() const;

    Strings const& strings() const noexcept { return strings_; }

    Episodes const& episodes() const noexcept { return episodes_; }

    memory::VectorIndex const& vectors() const noexcept { return *vectors_; }

private:
    MemoryColumns columns_of(Row const& row);
    Entry entry_of(Row const& row);
    Entry& writable(std::uint32_t position);
    void share(MemoryColumns const& memory, std::uint32_t latest);
    void note_language(std::uint32_t language);
    void note_turn(MemoryColumns const& memory, std::uint32_t position);

    Strings strings_;
    Episodes episodes_;
    std::unique_ptr<memory::VectorIndex> vectors_;
    std::size_t dimension_;
    std::deque<std::vector<std::uint32_t>> tag_lists_;
    std::unordered_map<std::int64_t, std::uint32_t> latest_; // memory number → position
    std::unordered_set<std::size_t> own_chunks_; // copied or made since the last `publish`
    PartitionState working_;
    mutable std::mutex mutex_; // guards `published_`, held only to copy it
    PartitionState published_;
};

/// The rows of one owner at one moment.
class OwnerView {
public:
    OwnerView() = default;

    explicit OwnerView(std::shared_ptr<Partition const> partition)
        : partition_(std::move(partition))
        , state_(partition_->state()) {}

    std::size_t size() const noexcept { return state_.size; }

    Entry const& entry(std::uint32_t position) const noexcept {
        return (*(*state_.chunks)[position / chunk_rows])[position % chunk_rows];
    }

    std::optional<std::uint32_t> position_of(std::int64_t key) const noexcept;

    // One value of a row, without looking at the others.
    std::int64_t key(std::uint32_t position) const noexcept { return entry(position).key; }

    std::int64_t created_at(std::uint32_t position) const noexcept {
        return entry(position).memory.created_at;
    }

    std::optional<std::int64_t> episode(std::uint32_t position) const noexcept {
        return entry(position).memory.episode;
    }

    std::optional<std::int64_t> sequence(std::uint32_t position) const noexcept {
        return entry(position).memory.sequence;
    }

    std::uint32_t space(std::uint32_t position) const noexcept {
        return entry(position).memory.space;
    }

    std::uint32_t words(std::uint32_t position) const noexcept { return entry(position).words; }

    bool has_vector(std::uint32_t position) const noexcept { return entry(position).has_vector; }

    /// Whether any of `positions` has a vector.
    bool has_vectors(Bitmap const& positions) const noexcept;

    /// All revisions in an episode that have a sequence, by (sequence, key).
    std::vector<std::uint32_t> turns_of(std::int64_t episode) const;

    /// Nothing when the view is empty.
    Strings const* strings() const noexcept {
        return partition_ ? &partition_->strings() : nullptr;
    }

    memory::VectorIndex const* vectors() const noexcept {
        return partition_ ? &partition_->vectors() : nullptr;
    }

    /// Languages that rows were written in, as numbers of `strings`.
    std::vector<std::uint32_t> const& languages() const noexcept { return *state_.languages; }

private:
    std::shared_ptr<Partition const> partition_;
    PartitionState state_;
};

/// Position of `key` among rows in key order.
std::optional<std::uint32_t> find_key(PartitionState const& state, std::int64_t key) noexcept;

} // namespace loci::index
