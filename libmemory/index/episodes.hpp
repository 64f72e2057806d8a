#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace loci::index {

/// Which rows were ever in which episode. A row may have left since: its own columns decide.
///
/// Threads: `add` from one thread at a time, `rows_of` from any.
class Episodes {
public:
    void add(std::int64_t episode, std::uint32_t position);

    /// Ascending.
    std::vector<std::uint32_t> rows_of(std::int64_t episode) const;

    std::size_t bytes() const;

private:
    mutable std::mutex mutex_; // guards all below, held for one look-up
    std::unordered_map<std::int64_t, std::vector<std::uint32_t>> rows_;
    std::size_t bytes_ = 0;
};

} // namespace loci::index
