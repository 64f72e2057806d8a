#pragma once
#include "index/entry.hpp"
#include "index/texts.hpp"

#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/filter.hpp>
#include <optional>
#include <string>
#include <vector>

namespace loci::index {

/// When a read happens.
struct ReadTimes {
    Timestamp now;         ///< for expiry
    Timestamp last_commit; ///< of the snapshot: what came later is not seen
};

/// Whether a fact that holds in [valid_from, valid_to) overlaps `range`.
bool overlaps(memory::TimeRange const& range, std::int64_t valid_from,
              std::int64_t valid_to) noexcept;

/// Texts that one column may have, as numbers of a partition.
struct TextChoice {
    bool restricted = false;
    bool unset = false; ///< a row without a text passes
    std::vector<std::uint32_t> numbers;

    bool admits(std::uint32_t number) const noexcept;
};

/// Everything of a `memory::Filter` but metadata, made ready for the rows of one partition.
/// `filter` must outlive it.
struct EntryFilter {
    EntryFilter(memory::Filter const& filter, Texts const& texts, ReadTimes times);

    bool admits(Entry const& entry) const noexcept;

    memory::Filter const& filter;
    std::int64_t stamps_until; ///< a stamp counts if it is not later
    std::int64_t expiry_until;
    std::int64_t last_commit;
    TextChoice subject;
    TextChoice organization;
    TextChoice agent;
    TextChoice space;
    TextChoice session;
    TextChoice project;
    TextChoice types;
    TextChoice natures;
    TextChoice sources;
    TextChoice speakers;
    std::vector<std::uint8_t> tags; ///< by number of tag list; empty: all pass

private:
    bool is_current(Entry const& entry) const noexcept;
    bool is_shown(MemoryColumns const& memory) const noexcept;
    bool in_scope(MemoryColumns const& memory) const noexcept;
    bool in_time(Entry const& entry) const noexcept;
    bool has_words(Entry const& entry) const noexcept;
};

} // namespace loci::index
