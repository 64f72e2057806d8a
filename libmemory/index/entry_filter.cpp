#include "index/entry_filter.hpp"

#include <algorithm>

namespace loci::index {
namespace {

/// `named_default`: a coordinate whose unset value is called `default`.
TextChoice coordinate(CoordinateFilter const& filter, Strings const& strings, bool named_default) {
    TextChoice choice;
    auto const add = [&](std::string const& value) {
        choice.unset = choice.unset || (named_default && value == "default");
        if (auto const number = strings.find(value)) {
            choice.numbers.push_back(*number);
        }
    };
    if (std::holds_alternative<Any>(filter)) {
        return choice;
    }
    choice.restricted = true;
    if (auto const* exactly = std::get_if<Exactly>(&filter)) {
        add(exactly->value);
    } else if (auto const* either = std::get_if<ExactlyOrUnset>(&filter)) {
        add(either->value);
        choice.unset = true;
    } else if (auto const* one_of = std::get_if<OneOf>(&filter)) {
        choice.restricted = !one_of->values.empty();
        for (auto const& value : one_of->values) {
            add(value);
        }
    } else {
        choice.unset = true;
    }
    if (choice.unset && named_default) {
        if (auto const number = strings.find("default")) {
            choice.numbers.push_back(*number);
        }
    }
    return choice;
}

TextChoice words(std::vector<std::string> const& values, Strings const& strings) {
    TextChoice choice;
    choice.restricted = !values.empty();
    for (auto const& value : values) {
        if (auto const number = strings.find(value)) {
            choice.numbers.push_back(*number);
        }
    }
    return choice;
}

bool within(memory::TimeRange const& range, std::int64_t at) noexcept {
    return (!range.from || to_micros(*range.from) <= at) &&
           (!range.until || at < to_micros(*range.until));
}

bool within(memory::NumberRange const& range, std::optional<double> const& value) noexcept {
    if (!range.minimum && !range.maximum) {
        return true;
    }
    return value && (!range.minimum || *range.minimum <= *value) &&
           (!range.maximum || *value <= *range.maximum);
}

bool overlaps(memory::TimeRange const& range, Entry const& entry) noexcept {
    if (!range.from && !range.until) {
        return true;
    }
    if (entry.valid_from == never || (range.from && range.until && *range.until <= *range.from)) {
        return false;
    }
    return (!range.until || entry.valid_from < to_micros(*range.until)) &&
           (!range.from || entry.valid_to > to_micros(*range.from));
}

template <class T>
bool one_of(std::vector<T> const& wanted, T const& value) noexcept {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

} // namespace

bool TextChoice::admits(std::uint32_t number) const noexcept {
    if (!restricted) {
        return true;
    }
    if (number == 0) {
        return unset;
    }
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

EntryFilter::EntryFilter(memory::Filter const& filter, Strings const& strings, ReadTimes times)
    : filter_(filter)
    , stamps_until_(
          to_micros(std::min(filter.as_of.value_or(times.last_commit), times.last_commit)))
    , expiry_until_(to_micros(filter.as_of.value_or(times.now)))
    , last_commit_(to_micros(times.last_commit))
    , subject_(coordinate(filter.scope.subject, strings, false))
    , organization_(coordinate(filter.scope.organization, strings, true))
    , agent_(coordinate(filter.scope.agent, strings, true))
    , space_(coordinate(filter.scope.space, strings, true))
    , session_(coordinate(filter.scope.session, strings, false))
    , project_(coordinate(filter.scope.project, strings, false))
    , types_(words(filter.types, strings))
    , natures_(words(filter.natures, strings))
    , sources_(words(filter.sources, strings))
    , speakers_(words(filter.speakers, strings))
    , any_tag_(words(filter.tags.any, strings))
    , no_tag_(words(filter.tags.none, strings)) {
    for (auto const& tag : filter.tags.all) {
        all_tags_.push_back(strings.find(tag));
    }
}

// Revision 1 begins when its memory was made, which an import may have set to the past.
bool EntryFilter::is_current(Entry const& entry) const noexcept {
    if (entry.erased || entry.recorded_at > last_commit_ || entry.ended_at <= stamps_until_) {
        return false;
    }
    auto const opened = entry.revision == 1 ? entry.memory.created_at : entry.recorded_at;
    return !filter_.as_of || opened <= to_micros(*filter_.as_of);
}

bool EntryFilter::is_shown(MemoryColumns const& memory) const noexcept {
    auto const& view = filter_.view;
    return (view.superseded || memory.superseded_at > stamps_until_) &&
           (view.expired || memory.expired_at > stamps_until_) &&
           (view.past_expiry || memory.expires_at > expiry_until_) &&
           (view.contested || memory.contested_at > stamps_until_) &&
           (view.forgotten || memory.forgotten_at > stamps_until_) &&
           (view.critical || memory.sensitivity != memory::Sensitivity::critical);
}

bool EntryFilter::in_scope(MemoryColumns const& memory) const noexcept {
    return space_.admits(memory.space) && agent_.admits(memory.agent) &&
           subject_.admits(memory.subject) && organization_.admits(memory.organization) &&
           session_.admits(memory.session) && project_.admits(memory.project);
}

bool EntryFilter::in_time(Entry const& entry) const noexcept {
    auto const& memory = entry.memory;
    if (filter_.changed_since) {
        auto const since = to_micros(*filter_.changed_since);
        if (memory.created_at <= since && memory.updated_at <= since) {
            return false;
        }
    }
    return within(filter_.created, memory.created_at) &&
           within(filter_.updated, memory.updated_at) && overlaps(filter_.valid, entry);
}

bool EntryFilter::has_words(Entry const& entry) const noexcept {
    auto const& memory = entry.memory;
    auto const& levels = filter_.levels;
    auto const level_fits = levels.empty() || (memory.level && one_of(levels, *memory.level));
    return level_fits && types_.admits(entry.type) && natures_.admits(memory.nature) &&
           sources_.admits(memory.source) && speakers_.admits(memory.speaker) &&
           one_of(filter_.kinds, memory.kind) &&
           one_of(filter_.sensitivities, memory.sensitivity) &&
           one_of(filter_.index_states, entry.index_state);
}

bool EntryFilter::has_tags(Entry const& entry) const noexcept {
    auto const held = [&](std::uint32_t tag) {
        return std::binary_search(entry.tags.begin(), entry.tags.end(), tag);
    };
    auto const& any = any_tag_.numbers;
    auto const& none = no_tag_.numbers;
    return (!any_tag_.restricted || std::any_of(any.begin(), any.end(), held)) &&
           std::none_of(none.begin(), none.end(), held) &&
           std::all_of(all_tags_.begin(), all_tags_.end(),
                       [&](auto const& tag) { return tag && held(*tag); });
}

bool EntryFilter::admits(Entry const& entry) const noexcept {
    return is_current(entry) && is_shown(entry.memory) && in_scope(entry.memory) &&
           in_time(entry) && has_words(entry) && has_tags(entry) &&
           within(filter_.confidence, entry.confidence) &&
           within(filter_.importance, entry.memory.importance);
}

} // namespace loci::index
