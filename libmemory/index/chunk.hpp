#pragma once
#include "index/column.hpp"
#include "index/entry.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <tuple>

namespace loci::index {

/// One bit a row of a chunk.
class RowBits {
public:
    bool test(std::size_t row) const noexcept {
        return ((words_[row / 64] >> (row % 64)) & 1) != 0;
    }

    void assign(std::size_t row, bool value) noexcept {
        auto const bit = std::uint64_t{1} << (row % 64);
        words_[row / 64] = value ? words_[row / 64] | bit : words_[row / 64] & ~bit;
    }

    std::uint64_t word(std::size_t index) const noexcept { return words_[index]; }

private:
    std::array<std::uint64_t, chunk_rows / 64> words_{};
};

/// Up to `chunk_rows` rows as columns. Absent integers are the lowest of their type, absent numbers
/// NaN.
struct Chunk {
    static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min();
    static constexpr std::int32_t no_level = std::numeric_limits<std::int32_t>::min();
    static constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

    std::size_t rows = 0;

    Column<std::int64_t> key{0};
    Column<std::int64_t> recorded_at{0};
    Column<std::int64_t> ended_at{never};
    Column<std::int64_t> valid_from{never};
    Column<std::int64_t> valid_to{never};
    Column<double> confidence{no_number};
    Column<std::uint32_t> tags{0};
    Column<std::uint32_t> type{0};
    Column<std::uint32_t> language{0};
    Column<std::uint32_t> words{0};
    Column<std::int32_t> revision{1};
    Column<std::uint8_t> index_state{0};
    Column<std::uint32_t> first{0};  ///< one more than the position of the memory's first row
    Column<std::uint32_t> latest{0}; ///< in that row: one more than that of its latest; 0: itself

    // What revisions share: true in the memory's latest row only.
    Column<std::int64_t> memory{0};
    Column<std::int64_t> created_at{0};
    Column<std::int64_t> updated_at{0};
    Column<std::int64_t> expires_at{never};
    Column<std::int64_t> superseded_at{never};
    Column<std::int64_t> expired_at{never};
    Column<std::int64_t> contested_at{never};
    Column<std::int64_t> forgotten_at{never};
    Column<std::int64_t> episode{none};
    Column<std::int64_t> sequence{none};
    Column<double> importance{no_number};
    Column<std::uint32_t> subject{0};
    Column<std::uint32_t> organization{0};
    Column<std::uint32_t> agent{0};
    Column<std::uint32_t> space{0};
    Column<std::uint32_t> session{0};
    Column<std::uint32_t> project{0};
    Column<std::uint32_t> user{0};
    Column<std::uint32_t> nature{0};
    Column<std::uint32_t> source{0};
    Column<std::uint32_t> speaker{0};
    Column<std::int32_t> level{no_level};
    Column<std::uint8_t> kind{0};
    Column<std::uint8_t> sensitivity{0};

    RowBits erased;
    RowBits revised; ///< a later revision of the memory exists
    RowBits has_vector;
    RowBits shown;    ///< current, without a stamp that hides it, and never expires
    RowBits expiring; ///< the same, but expires some day
    /// Rows in neither stay hidden from the default view at instants that are not before this.
    std::int64_t last_hidden = none;

    /// Appends a row, or replaces one; `first`, `latest` and the bits but `has_vector` stay.
    void put(std::size_t row, Entry const& entry);
    void put_memory(std::size_t row, MemoryColumns const& values);

    /// To be called when anything that hides the row has changed.
    void judge(std::size_t row) noexcept;

    /// The row with the memory's values that lie in it.
    Entry entry(std::size_t row) const;
    MemoryColumns memory_columns(std::size_t row) const;

    std::size_t bytes() const noexcept;
};

} // namespace loci::index
