#pragma once
#include "index/partition.hpp"

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

/// Texts that one column may have, as numbers of a partition.
struct TextChoice {
    bool restricted = false;
    bool unset = false; ///< a row without a text passes
    std::vector<std::uint32_t> numbers;

    bool admits(std::uint32_t number) const noexcept;
};

/// Everything of a `memory::Filter` but metadata, made ready for the rows of one partition.
class EntryFilter {
public:
    EntryFilter(memory::Filter const& filter, Strings const& strings, ReadTimes times);

    bool admits(Entry const& entry) const noexcept;

private:
    bool is_current(Entry const& entry) const noexcept;
    bool is_shown(MemoryColumns const& memory) const noexcept;
    bool in_scope(MemoryColumns const& memory) const noexcept;
    bool in_time(Entry const& entry) const noexcept;
    bool has_words(Entry const& entry) const noexcept;
    bool has_tags(Entry const& entry) const noexcept;

    memory::Filter const& filter_;
    std::int64_t stamps_until_; // a stamp counts if it is not later
    std::int64_t expiry_until_;
    std::int64_t last_commit_;
    TextChoice subject_;
    TextChoice organization_;
    TextChoice agent_;
    TextChoice space_;
    TextChoice session_;
    TextChoice project_;
    TextChoice types_;
    TextChoice natures_;
    TextChoice sources_;
    TextChoice speakers_;
    TextChoice any_tag_;
    TextChoice no_tag_;
    std::vector<std::optional<std::uint32_t>> all_tags_;
};

} // namespace loci::index
