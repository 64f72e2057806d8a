#pragma once
#include "index/column.hpp"
#include "index/entry_filter.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace loci::index {

/// Rows of one chunk that have passed every test so far, 64 a word. A word without such rows is not
/// looked at again.
class Selection {
public:
    /// `words` are those of a bitmap that belong to the chunk.
    Selection(std::span<std::uint64_t> words, std::size_t rows) noexcept
        : words_(words)
        , rows_(rows) {}

    bool is_empty() const noexcept {
        return std::ranges::all_of(words_, [](std::uint64_t word) { return word == 0; });
    }

    void clear() noexcept { std::ranges::fill(words_, 0); }

    /// Keeps rows whose value passes `test`, which must not have side effects.
    template <class T, class Test>
    void keep(Column<T> const& column, Test test) noexcept {
        auto const* values = column.values();
        if (values == nullptr) {
            if (!test(column.low())) {
                clear();
            }
            return;
        }
        for (std::size_t index = 0; index < words_.size(); ++index) {
            if (words_[index] != 0) {
                words_[index] &= tested(values + index * 64, rows_ - index * 64, test);
            }
        }
    }

    /// Keeps values above `bound`.
    void keep_above(Column<std::int64_t> const& column, std::int64_t bound) noexcept {
        if (column.low() <= bound) {
            keep(column, [bound](std::int64_t value) { return value > bound; });
        }
    }

    void keep_choice(Column<std::uint32_t> const& column, TextChoice const& choice);

private:
    // Whole words are tested without a branch, so that the compiler can use wide registers.
    template <class T, class Test>
    static std::uint64_t tested(T const* values, std::size_t rows, Test test) noexcept {
        std::array<std::uint8_t, 64> passed{};
        if (rows >= passed.size()) {
            for (std::size_t i = 0; i < passed.size(); ++i) {
                passed[i] = static_cast<std::uint8_t>(test(values[i]));
            }
        } else {
            for (std::size_t i = 0; i < rows; ++i) {
                passed[i] = static_cast<std::uint8_t>(test(values[i]));
            }
        }
        return packed(passed);
    }

    // The multiplication gathers the lowest bits of eight bytes in the highest byte.
    static std::uint64_t packed(std::array<std::uint8_t, 64> const& bytes) noexcept {
        static_assert(std::endian::native == std::endian::little);
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            std::uint64_t eight = 0;
            std::memcpy(&eight, bytes.data() + i * 8, 8);
            word |= (eight * 0x0102040810204080u >> 56) << (i * 8);
        }
        return word;
    }

    std::span<std::uint64_t> words_;
    std::size_t rows_;
};

} // namespace loci::index
