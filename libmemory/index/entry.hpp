#pragma once
#include <cstdint>
#include <limits>
#include <loci/memory/record.hpp>
#include <optional>

namespace loci::index {

/// An instant that is never reached: absent stamps and ends.
inline constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();

/// What all revisions of a memory share. Texts are numbers of `Strings`, instants microseconds.
struct MemoryColumns {
    std::int64_t number = 0;
    std::int64_t created_at = 0;
    std::int64_t updated_at = 0;
    std::int64_t expires_at = never;
    std::int64_t superseded_at = never;
    std::int64_t expired_at = never;
    std::int64_t contested_at = never;
    std::int64_t forgotten_at = never;
    std::optional<std::int64_t> episode;
    std::optional<std::int64_t> sequence;
    std::optional<double> importance;
    std::uint32_t subject = 0;
    std::uint32_t organization = 0;
    std::uint32_t agent = 0;
    std::uint32_t space = 0;
    std::uint32_t session = 0;
    std::uint32_t project = 0;
    std::uint32_t user = 0;
    std::uint32_t nature = 0;
    std::uint32_t source = 0;
    std::uint32_t speaker = 0;
    std::optional<int> level;
    memory::Kind kind = memory::Kind::memory;
    memory::Sensitivity sensitivity = memory::Sensitivity::normal;
    bool operator==(MemoryColumns const&) const = default;
};

/// One revision as filters see it.
struct Entry {
    MemoryColumns memory;
    std::int64_t key = 0;
    std::int64_t recorded_at = 0;
    std::int64_t ended_at = never;
    std::int64_t valid_from = never; ///< `never` means unknown
    std::int64_t valid_to = never;
    std::optional<double> confidence;
    std::uint32_t tags = 0; ///< number of `TagLists`
    std::uint32_t type = 0;
    std::uint32_t language = 0;
    std::uint32_t words = 0;
    int revision = 1;
    memory::IndexState index_state = memory::IndexState::ready;
    bool has_vector = false;
    bool erased = false;
};

} // namespace loci::index
