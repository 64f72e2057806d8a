#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace loci::index {

/// Texts as numbers: equal texts get equal numbers, and a number is for ever. 0 stands for "unset".
///
/// Threads: `intern` from one thread at a time, the rest from any.
class Strings {
public:
    std::uint32_t intern(std::string_view text);

    std::uint32_t intern(std::optional<std::string> const& text) {
        return text ? intern(std::string_view{*text}) : 0;
    }

    /// Nothing when no row ever held the text.
    std::optional<std::uint32_t> find(std::string_view text) const;

    /// `number` must come from `intern`.
    std::string_view text(std::uint32_t number) const;

    std::size_t size() const;
    std::size_t bytes() const;

private:
    mutable std::mutex mutex_; // guards all below, held for one look-up
    std::deque<std::string> texts_;
    std::size_t bytes_ = 0;
    std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

} // namespace loci::index
