#include "index/tag_lists.hpp"

#include <algorithm>

namespace loci::index {
namespace {

constexpr std::size_t bytes_of_node = 64;

} // namespace

std::size_t TagLists::Hash::operator()(Tags const& tags) const noexcept {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (auto const tag : tags) {
        hash = (hash ^ tag) * 0x100000001b3u;
    }
    return hash ^ (hash >> 32);
}

std::uint32_t TagLists::intern(Tags tags) {
    if (tags.empty()) {
        return 0;
    }
    std::sort(tags.begin(), tags.end());
    std::lock_guard const lock{mutex_};
    auto const [known, is_new] =
        numbers_.try_emplace(std::move(tags), static_cast<std::uint32_t>(lists_.size() + 1));
    if (is_new) {
        lists_.push_back(&known->first);
        bytes_ += bytes_of_node + known->first.capacity() * sizeof(std::uint32_t);
    }
    return known->second;
}

TagLists::Tags TagLists::tags(std::uint32_t number) const {
    if (number == 0) {
        return {};
    }
    std::lock_guard const lock{mutex_};
    return *lists_[number - 1];
}

// Lists are never changed: only the table of them is read under the lock.
std::vector<std::uint8_t> TagLists::matching(std::function<bool(Tags const&)> const& test) const {
    auto const lists = [&] {
        std::lock_guard const lock{mutex_};
        return lists_;
    }();
    std::vector<std::uint8_t> matches{test({})};
    matches.reserve(lists.size() + 1);
    for (auto const* list : lists) {
        matches.push_back(test(*list));
    }
    return matches;
}

std::size_t TagLists::size() const {
    std::lock_guard const lock{mutex_};
    return lists_.size();
}

std::size_t TagLists::bytes() const {
    std::lock_guard const lock{mutex_};
    return bytes_;
}

} // namespace loci::index
