#pragma once
#include "random_rows.hpp"

#include <functional>
#include <loci/memory/filter.hpp>

namespace loci::tests {

inline CoordinateFilter random_coordinate(RandomRows& random,
                                          std::vector<std::string> const& pool) {
    switch (random.below(5)) {
    case 0:
        return Any{};
    case 1:
        return Unset{};
    case 2:
        return Exactly{random.chance(8) ? "unknown" : random.pick(pool)};
    case 3:
        return ExactlyOrUnset{random.pick(pool)};
    default:
        return OneOf{random.some_of(pool)};
    }
}

inline memory::TimeRange random_range(RandomRows& random) {
    return {.from = random.maybe_instant(2), .until = random.maybe_instant(2)};
}

using FilterSetting = std::function<void(RandomRows&, memory::Filter&)>;

/// Each sets one member of a filter.
inline std::vector<FilterSetting> filter_settings() {
    return {
        [](auto& r, memory::Filter& f) { f.scope.subject = random_coordinate(r, r.words); },
        [](auto& r, memory::Filter& f) { f.scope.organization = random_coordinate(r, r.words); },
        [](auto& r, memory::Filter& f) { f.scope.agent = random_coordinate(r, r.words); },
        [](auto& r, memory::Filter& f) { f.scope.space = random_coordinate(r, r.spaces); },
        [](auto& r, memory::Filter& f) { f.scope.session = random_coordinate(r, r.words); },
        [](auto& r, memory::Filter& f) { f.scope.project = random_coordinate(r, r.words); },
        [](auto& r, memory::Filter& f) {
            f.view = {.superseded = r.chance(2),
                      .expired = r.chance(2),
                      .past_expiry = r.chance(2),
                      .contested = r.chance(2),
                      .forgotten = r.chance(2),
                      .critical = r.chance(2)};
        },
        [](auto& r, memory::Filter& f) { f.tags.any = r.some_of(r.words); },
        [](auto& r, memory::Filter& f) { f.tags.all = r.some_of(r.words); },
        [](auto& r, memory::Filter& f) { f.tags.none = r.some_of(r.words); },
        [](auto& r, memory::Filter& f) {
            f.tags.any = {"unknown", r.pick(r.words)};
        },
        [](auto&, memory::Filter& f) { f.tags.all = {"unknown"}; },
        [](auto&, memory::Filter& f) { f.tags.none = {"unknown"}; },
        [](auto& r, memory::Filter& f) { f.created = random_range(r); },
        [](auto& r, memory::Filter& f) { f.updated = random_range(r); },
        [](auto& r, memory::Filter& f) { f.valid = random_range(r); },
        [](auto& r, memory::Filter& f) { f.kinds = {static_cast<memory::Kind>(r.below(4))}; },
        [](auto& r, memory::Filter& f) { f.types = r.some_of(r.words); },
        [](auto&, memory::Filter& f) { f.types = {"unknown"}; },
        [](auto& r, memory::Filter& f) { f.natures = r.some_of(r.words); },
        [](auto& r, memory::Filter& f) {
            f.levels = {r.pick(std::vector{1, 2, 3}), 2};
        },
        [](auto& r, memory::Filter& f) { f.sources = r.some_of(r.words); },
        [](auto& r, memory::Filter& f) { f.speakers = r.some_of(r.words); },
        [](auto& r, memory::Filter& f) {
            f.sensitivities = {static_cast<memory::Sensitivity>(r.below(3))};
        },
        [](auto& r, memory::Filter& f) {
            f.index_states = {static_cast<memory::IndexState>(r.below(3))};
        },
        [](auto& r, memory::Filter& f) {
            f.confidence = {.minimum = r.maybe(r.numbers), .maximum = r.maybe(r.numbers)};
        },
        [](auto& r, memory::Filter& f) {
            f.importance = {.minimum = r.maybe(r.numbers), .maximum = r.maybe(r.numbers)};
        },
        [](auto& r, memory::Filter& f) { f.as_of = r.instant(); },
        [](auto& r, memory::Filter& f) { f.changed_since = r.instant(); },
    };
}

} // namespace loci::tests
