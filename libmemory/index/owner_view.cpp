#include "index/owner_view.hpp"

#include <algorithm>
#include <bit>

namespace loci::index {
namespace {

constexpr auto chunk_words = chunk_rows / 64;

} // namespace

bool OwnerView::has_vectors(Bitmap const& positions) const noexcept {
    auto const words = positions.words();
    for (std::size_t index = 0; index < words.size(); ++index) {
        if (words[index] == 0) {
            continue;
        }
        auto const& chunk = *(*state_.chunks)[index / chunk_words];
        if ((words[index] & chunk.has_vector.word(index % chunk_words)) != 0) {
            return true;
        }
    }
    return false;
}

std::map<std::uint32_t, std::size_t> OwnerView::count_by_space(Bitmap const& positions) const {
    std::map<std::uint32_t, std::size_t> counts;
    auto const words = positions.words();
    for (std::size_t index = 0; index < words.size(); ++index) {
        if (words[index] == 0) {
            continue;
        }
        auto const& chunk = *(*state_.chunks)[index / chunk_words];
        auto const revised = words[index] & chunk.revised.word(index % chunk_words);
        if (chunk.space.values() == nullptr && revised == 0) {
            counts[chunk.space.low()] += static_cast<std::size_t>(std::popcount(words[index]));
            continue;
        }
        for (auto rest = words[index]; rest != 0; rest &= rest - 1) {
            ++counts[space(static_cast<std::uint32_t>(index * 64) +
                           static_cast<std::uint32_t>(std::countr_zero(rest)))];
        }
    }
    return counts;
}

std::vector<std::uint32_t> OwnerView::turns_of(std::int64_t episode) const {
    if (!partition_) {
        return {};
    }

    struct Turn {
        std::int64_t sequence;
        std::uint32_t position; // rows are in key order
        auto operator<=>(Turn const&) const = default;
    };

    std::vector<Turn> turns;
    for (auto const position : partition_->episodes().rows_of(episode)) {
        if (position < size() && this->episode(position) == episode) {
            if (auto const sequence = this->sequence(position)) {
                turns.push_back({*sequence, position});
            }
        }
    }
    if (!std::ranges::is_sorted(turns)) {
        std::ranges::sort(turns);
    }
    std::vector<std::uint32_t> positions;
    positions.reserve(turns.size());
    for (auto const& turn : turns) {
        positions.push_back(turn.position);
    }
    return positions;
}

} // namespace loci::index
