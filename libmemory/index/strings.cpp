#include "index/strings.hpp"

namespace loci::index {
namespace {

constexpr std::size_t bytes_of_node = 48;

} // namespace

std::uint32_t Strings::intern(std::string_view text) {
    std::lock_guard const lock{mutex_};
    if (auto const known = numbers_.find(text); known != numbers_.end()) {
        return known->second;
    }
    texts_.emplace_back(text);
    auto const number = static_cast<std::uint32_t>(texts_.size());
    numbers_.emplace(texts_.back(), number);
    bytes_ += bytes_of_node + sizeof(std::string) + text.size();
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

std::size_t Strings::size() const {
    std::lock_guard const lock{mutex_};
    return texts_.size();
}

std::size_t Strings::bytes() const {
    std::lock_guard const lock{mutex_};
    return bytes_;
}

} // namespace loci::index
