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

template <class T>
bool one_of(std::vector<T> const& wanted, T const& value) noexcept {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

std::vector<std::uint8_t> wanted_tags(memory::TagFilter const& filter, Texts const& texts) {
    if (filter.any.empty() && filter.all.empty() && filter.none.empty()) {
        return {};
    }
    auto const any = words(filter.any, texts.strings);
    auto const none = words(filter.none, texts.strings);
    auto const all = words(filter.all, texts.strings);
    auto const all_known = all.numbers.size() == filter.all.size();
    return texts.tag_lists.matching([&](TagLists::Tags const& tags) {
        auto const held = [&](std::uint32_t tag) {
            return std::binary_search(tags.begin(), tags.end(), tag);
        };
        return (!any.restricted || std::any_of(any.numbers.begin(), any.numbers.end(), held)) &&
               std::none_of(none.numbers.begin(), none.numbers.end(), held) && all_known &&
               std::all_of(all.numbers.begin(), all.numbers.end(), held);
    });
}

} // namespace

bool overlaps(memory::TimeRange const& range, std::int64_t valid_from,
              std::int64_t valid_to) noexcept {
    if (!range.from && !range.until) {
        return true;
    }
    if (valid_from == never || (range.from && range.until && *range.until <= *range.from)) {
        return false;
    }
    return (!range.until || valid_from < to_micros(*range.until)) &&
           (!range.from || valid_to > to_micros(*range.from));
}

bool TextChoice::admits(std::uint32_t number) const noexcept {
    if (!restricted) {
        return true;
    }
    if (number == 0) {
        return unset;
    }
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

EntryFilter::EntryFilter(memory::Filter const& given, Texts const& texts, ReadTimes times)
    : filter(given)
    , stamps_until(to_micros(std::min(given.as_of.value_or(times.last_commit), times.last_commit)))
    , expiry_until(to_micros(given.as_of.value_or(times.now)))
    , last_commit(to_micros(times.last_commit))
    , subject(coordinate(given.scope.subject, texts.strings, false))
    , organization(coordinate(given.scope.organization, texts.strings, true))
    , agent(coordinate(given.scope.agent, texts.strings, true))
    , space(coordinate(given.scope.space, texts.strings, true))
    , session(coordinate(given.scope.session, texts.strings, false))
    , project(coordinate(given.scope.project, texts.strings, false))
    , types(words(given.types, texts.strings))
    , natures(words(given.natures, texts.strings))
    , sources(words(given.sources, texts.strings))
    , speakers(words(given.speakers, texts.strings))
    , tags(wanted_tags(given.tags, texts)) {}

// Revision 1 begins when its memory was made, which an import may have set to the past.
bool EntryFilter::is_current(Entry const& entry) const noexcept {
    if (entry.erased || entry.recorded_at > last_commit || entry.ended_at <= stamps_until) {
        return false;
    }
    auto const opened = entry.revision == 1 ? entry.memory.created_at : entry.recorded_at;
    return !filter.as_of || opened <= to_micros(*filter.as_of);
}

bool EntryFilter::is_shown(MemoryColumns const& memory) const noexcept {
    auto const& view = filter.view;
    return (view.superseded || memory.superseded_at > stamps_until) &&
           (view.expired || memory.expired_at > stamps_until) &&
           (view.past_expiry || memory.expires_at > expiry_until) &&
           (view.contested || memory.contested_at > stamps_until) &&
           (view.forgotten || memory.forgotten_at > stamps_until) &&
           (view.critical || memory.sensitivity != memory::Sensitivity::critical);
}

bool EntryFilter::in_scope(MemoryColumns const& memory) const noexcept {
    return space.admits(memory.space) && agent.admits(memory.agent) &&
           subject.admits(memory.subject) && organization.admits(memory.organization) &&
           session.admits(memory.session) && project.admits(memory.project);
}

bool EntryFilter::in_time(Entry const& entry) const noexcept {
    auto const& memory = entry.memory;
    if (filter.changed_since) {
        auto const since = to_micros(*filter.changed_since);
        if (memory.created_at <= since && memory.updated_at <= since) {
            return false;
        }
    }
    return within(filter.created, memory.created_at) && within(filter.updated, memory.updated_at) &&
           overlaps(filter.valid, entry.valid_from, entry.valid_to);
}

bool EntryFilter::has_words(Entry const& entry) const noexcept {
    auto const& memory = entry.memory;
    auto const& levels = filter.levels;
    auto const level_fits = levels.empty() || (memory.level && one_of(levels, *memory.level));
    return level_fits && types.admits(entry.type) && natures.admits(memory.nature) &&
           sources.admits(memory.source) && speakers.admits(memory.speaker) &&
           one_of(filter.kinds, memory.kind) && one_of(filter.sensitivities, memory.sensitivity) &&
           one_of(filter.index_states, entry.index_state);
}

bool EntryFilter::admits(Entry const& entry) const noexcept {
    return is_current(entry) && is_shown(entry.memory) && in_scope(entry.memory) &&
           in_time(entry) && has_words(entry) && (tags.empty() || tags[entry.tags] != 0) &&
           within(filter.confidence, entry.confidence) &&
           within(filter.importance, entry.memory.importance);
}

} // namespace loci::index
