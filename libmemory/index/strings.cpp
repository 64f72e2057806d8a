#include "index/strings.hpp"

namespace loci::index {

std::uint32_t Strings::intern(std::string_view text) {
    std::lock_guard const lock{mutex_};
    if (auto const known = numbers_.find(text); known != numbers_.end()) {
        return known->second;
    }
    texts_.emplace_back(text);
    auto const number = static_cast<std::uint32_t>(texts_.size());
    numbers_.emplace(texts_.back(), number);
    return number;
}

std::optional<std::uint32_t> Strings::find(std::string_view text) const {
    std::lock_guard const lock{mutex_};
    auto const known = numbers_.find(text);
    if (known == numbers_.end()) {
        return std::nullopt;
    }
    return known->second;
}

std::string_view Strings::text(std::uint32_t number) const {
    std::lock_guard const lock{mutex_};
    return texts_[number - 1];
}

} // namespace loci::index
