#pragma once
#include "index/partition.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <loci/memory/vector_index.hpp>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace loci::index {

/// The rows of one owner at one moment.
class OwnerView {
public:
    OwnerView() = default;

    explicit OwnerView(std::shared_ptr<Partition const> partition)
        : partition_(std::move(partition))
        , state_(partition_->state()) {}

    std::size_t size() const noexcept { return state_.size; }

    /// A whole row; the functions below read one value of it.
    Entry entry(std::uint32_t position) const { return entry_at(state_, position); }

    std::optional<std::uint32_t> position_of(std::int64_t key) const noexcept {
        return find_key(state_, key);
    }

    std::int64_t key(std::uint32_t position) const noexcept {
        return chunk(position).key[position % chunk_rows];
    }

    std::int64_t created_at(std::uint32_t position) const noexcept {
        return shared(&Chunk::created_at, position);
    }

    /// Microseconds; nothing when the event's time is unknown.
    std::optional<std::int64_t> valid_from(std::uint32_t position) const noexcept {
        auto const at = chunk(position).valid_from[position % chunk_rows];
        return at == never ? std::nullopt : std::optional{at};
    }

    /// A number of `strings`; 0: none.
    std::uint32_t speaker(std::uint32_t position) const noexcept {
        return shared(&Chunk::speaker, position);
    }

    std::optional<double> importance(std::uint32_t position) const noexcept {
        auto const value = shared(&Chunk::importance, position);
        return std::isnan(value) ? std::nullopt : std::optional{value};
    }

    std::optional<std::int64_t> episode(std::uint32_t position) const noexcept {
        return present(shared(&Chunk::episode, position));
    }

    std::optional<std::int64_t> sequence(std::uint32_t position) const noexcept {
        return present(shared(&Chunk::sequence, position));
    }

    std::uint32_t space(std::uint32_t position) const noexcept {
        return shared(&Chunk::space, position);
    }

    std::uint32_t words(std::uint32_t position) const noexcept {
        return chunk(position).words[position % chunk_rows];
    }

    bool has_vector(std::uint32_t position) const noexcept {
        return chunk(position).has_vector.test(position % chunk_rows);
    }

    /// Whether any of `positions` has a vector.
    bool has_vectors(Bitmap const& positions) const noexcept;

    /// How many of `positions` lie in each space, by number of `strings`.
    std::map<std::uint32_t, std::size_t> count_by_space(Bitmap const& positions) const;

    /// All revisions in an episode that have a sequence, by (sequence, key).
    std::vector<std::uint32_t> turns_of(std::int64_t episode) const;

    /// Nothing when the view is empty.
    Strings const* strings() const noexcept {
        return partition_ ? &partition_->texts().strings : nullptr;
    }

    /// Nothing when the view is empty.
    Texts const* texts() const noexcept { return partition_ ? &partition_->texts() : nullptr; }

    memory::VectorIndex const* vectors() const noexcept {
        return partition_ ? &partition_->vectors() : nullptr;
    }

    /// Languages that rows were written in, as numbers of `strings`.
    std::vector<std::uint32_t> const& languages() const noexcept { return *state_.languages; }

    PartitionState const& state() const noexcept { return state_; }

private:
    static std::optional<std::int64_t> present(std::int64_t value) noexcept {
        return value == Chunk::none ? std::nullopt : std::optional{value};
    }

    Chunk const& chunk(std::uint32_t position) const noexcept { return state_.chunk_of(position); }

    /// A value that all revisions of a memory share.
    template <class T>
    T shared(Column<T> Chunk::*column, std::uint32_t position) const noexcept {
        auto const latest = latest_of(state_, position);
        return (chunk(latest).*column)[latest % chunk_rows];
    }

    std::shared_ptr<Partition const> partition_;
    PartitionState state_;
};

} // namespace loci::index
