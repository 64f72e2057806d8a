#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace loci::index {

/// A set of positions: bit p % 64 of word p / 64.
class Bitmap {
public:
    explicit Bitmap(std::size_t size)
        : words_((size + 63) / 64) {}

    void set(std::uint32_t position) noexcept {
        words_[position / 64] |= std::uint64_t{1} << (position % 64);
    }

    void clear(std::uint32_t position) noexcept {
        words_[position / 64] &= ~(std::uint64_t{1} << (position % 64));
    }

    bool test(std::uint32_t position) const noexcept {
        return position / 64 < words_.size() &&
               ((words_[position / 64] >> (position % 64)) & 1) != 0;
    }

    std::size_t count() const noexcept {
        std::size_t total = 0;
        for (auto const word : words_) {
            total += static_cast<std::size_t>(std::popcount(word));
        }
        return total;
    }

    /// Calls `visit(position)` for every member, ascending.
    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t index = 0; index < words_.size(); ++index) {
            for (auto word = words_[index]; word != 0; word &= word - 1) {
                visit(static_cast<std::uint32_t>(index * 64) +
                      static_cast<std::uint32_t>(std::countr_zero(word)));
            }
        }
    }

    std::span<std::uint64_t const> words() const noexcept { return words_; }

    std::span<std::uint64_t> words() noexcept { return words_; }

private:
    std::vector<std::uint64_t> words_;
};

} // namespace loci::index
