#include "index/episodes.hpp"

#include <algorithm>

namespace loci::index {
namespace {

constexpr std::size_t bytes_of_node = 64;

} // namespace

void Episodes::add(std::int64_t episode, std::uint32_t position) {
    std::lock_guard const lock{mutex_};
    auto const [known, is_new] = rows_.try_emplace(episode);
    auto& rows = known->second;
    auto const before = rows.capacity();
    auto const place = std::lower_bound(rows.begin(), rows.end(), position);
    if (place == rows.end() || *place != position) {
        rows.insert(place, position);
    }
    bytes_ += (is_new ? bytes_of_node : 0) + (rows.capacity() - before) * sizeof(position);
}

std::vector<std::uint32_t> Episodes::rows_of(std::int64_t episode) const {
    std::lock_guard const lock{mutex_};
    auto const known = rows_.find(episode);
    return known == rows_.end() ? std::vector<std::uint32_t>{} : known->second;
}

std::size_t Episodes::bytes() const {
    std::lock_guard const lock{mutex_};
    return bytes_;
}

} // namespace loci::index
