#include "records/lifecycle.hpp"

#include <limits>

namespace loci::memory {
namespace {

/// An import may bring any count.
constexpr int highest_count = std::numeric_limits<int>::max();

Result<Stamps> supersede(Stamps stamps, std::optional<MemoryId> successor, Timestamp now) {
    if (stamps.superseded_by) {
        return Error{ErrorKind::conflict, "ALREADY_SUPERSEDED",
                     "the memory has been superseded before"};
    }
    stamps.superseded_at = now;
    stamps.superseded_by = successor;
    return stamps;
}

} // namespace

Result<Stamps> apply(Stamps stamps, LifecycleEvent const& event, Timestamp now) {
    if (stamps.forgotten_at) {
        return memory_not_found();
    }
    switch (event.action) {
    case LifecycleAction::expire:
        stamps.expired_at = stamps.expired_at.value_or(now);
        break;
    case LifecycleAction::restore:
        stamps.expired_at.reset();
        if (!stamps.superseded_by) {
            stamps.superseded_at.reset();
        }
        break;
    case LifecycleAction::supersede:
        return supersede(stamps, event.successor, now);
    case LifecycleAction::contest:
        stamps.contested_at = stamps.contested_at.value_or(now);
        break;
    case LifecycleAction::validate:
        stamps.validation_count += stamps.validation_count < highest_count ? 1 : 0;
        stamps.last_validated_at = now;
        stamps.contested_at.reset();
        break;
    }
    return stamps;
}

Stamps stamps_of(Record const& record) {
    return {.validation_count = record.validation_count,
            .last_validated_at = record.last_validated_at,
            .superseded_at = record.superseded_at,
            .superseded_by = record.superseded_by,
            .expired_at = record.expired_at,
            .contested_at = record.contested_at,
            .forgotten_at = record.forgotten_at};
}

void set_stamps(Record& record, Stamps const& stamps) {
    record.validation_count = stamps.validation_count;
    record.last_validated_at = stamps.last_validated_at;
    record.superseded_at = stamps.superseded_at;
    record.superseded_by = stamps.superseded_by;
    record.expired_at = stamps.expired_at;
    record.contested_at = stamps.contested_at;
    record.forgotten_at = stamps.forgotten_at;
}

Error memory_not_found() {
    return {ErrorKind::not_found, "MEMORY_NOT_FOUND", "no such memory"};
}

} // namespace loci::memory
