#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace loci::index {

/// Lists of tags as numbers: equal lists get equal numbers, and a number is for ever. 0 stands for
/// "no tags". Tags are numbers of `Strings`.
///
/// Threads: `intern` from one thread at a time, the rest from any.
class TagLists {
public:
    using Tags = std::vector<std::uint32_t>;

    /// In any order; a tag may come twice.
    std::uint32_t intern(Tags tags);

    /// Ascending. `number` must come from `intern`.
    Tags tags(std::uint32_t number) const;

    /// For each list by number whether `test` accepts it.
    std::vector<std::uint8_t> matching(std::function<bool(Tags const&)> const& test) const;

    std::size_t size() const;
    std::size_t bytes() const;

private:
    struct Hash {
        std::size_t operator()(Tags const& tags) const noexcept;
    };

    mutable std::mutex mutex_; // guards all below, held for one look-up
    std::unordered_map<Tags, std::uint32_t, Hash> numbers_;
    std::vector<Tags const*> lists_;
    std::size_t bytes_ = 0;
};

} // namespace loci::index
