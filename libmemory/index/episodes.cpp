#include "index/episodes.hpp"

#include <algorithm>

namespace loci::index {

void Episodes::add(std::int64_t episode, std::uint32_t position) {
    std::lock_guard const lock{mutex_};
    auto& rows = rows_[episode];
    auto const place = std::lower_bound(rows.begin(), rows.end(), position);
    if (place == rows.end() || *place != position) {
        rows.insert(place, position);
    }
}

std::vector<std::uint32_t> Episodes::rows_of(std::int64_t episode) const {
    std::lock_guard const lock{mutex_};
    auto const known = rows_.find(episode);
    return known == rows_.end() ? std::vector<std::uint32_t>{} : known->second;
}

} // namespace loci::index
