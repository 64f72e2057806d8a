#pragma once
#include <cstdint>
#include <loci/base/result.hpp>
#include <loci/memory/record.hpp>
#include <optional>

namespace loci::memory {

/// The stamps of one memory: what happened to it, and when.
struct Stamps {
    int validation_count = 0;
    std::optional<Timestamp> last_validated_at{};
    std::optional<Timestamp> superseded_at{};
    std::optional<MemoryId> superseded_by{}; ///< unset beside `superseded_at`: erased since
    std::optional<Timestamp> expired_at{};
    std::optional<Timestamp> contested_at{};
    std::optional<Timestamp> forgotten_at{};
    bool operator==(Stamps const&) const = default;
};

enum class LifecycleAction : std::uint8_t { expire, restore, supersede, contest, validate };

struct LifecycleEvent {
    LifecycleAction action = LifecycleAction::expire;
    std::optional<MemoryId> successor{}; ///< of `supersede`
};

/// What an event makes of the stamps.
///
/// | state       | expire    | restore   | supersede          | contest   | validate             |
/// |-------------|-----------|-----------|--------------------|-----------|----------------------|
/// | live        | expired   | unchanged | superseded         | contested | counted              |
/// | expired     | unchanged | live      | superseded too     | contested | counted              |
/// | superseded  | expired   | unchanged | ALREADY_SUPERSEDED | contested | counted              |
/// | — successor erased | expired | live | superseded again   | contested | counted              |
/// | contested   | expired   | unchanged | superseded         | unchanged | counted, contest ends |
/// | forgotten   | not_found | not_found | not_found          | not_found | not_found            |
///
/// The states are independent stamps: a memory may bear several, and an event touches its own.
/// "Unchanged" keeps the first time: repeating an event changes nothing.
Result<Stamps> apply(Stamps stamps, LifecycleEvent const& event, Timestamp now);

Stamps stamps_of(Record const& record);
void set_stamps(Record& record, Stamps const& stamps);

/// The answer for whatever does not exist for a caller.
Error memory_not_found();

} // namespace loci::memory
