#include "random_filters.hpp"

#include <catch2/catch.hpp>
#include <index/column_filter.hpp>

using namespace loci;
using namespace loci::index;
using loci::tests::first_instant;
using loci::tests::RandomRows;
using memory::Filter;

namespace {

/// Some stamps are not reached.
ReadTimes const at_hour_30{.now = first_instant + std::chrono::hours{31},
                           .last_commit = first_instant + std::chrono::hours{30}};

/// All are.
ReadTimes const at_hour_99{.now = first_instant + std::chrono::hours{99},
                           .last_commit = first_instant + std::chrono::hours{99}};

// What filter.hpp and scope.hpp say, word for word, on the plain row.

bool coordinate_fits(CoordinateFilter const& filter, std::optional<std::string> const& value,
                     bool named_default) {
    auto const is_unset = !value || (named_default && *value == "default");
    auto const equals = [&](std::string const& wanted) {
        return (value && *value == wanted) || (named_default && wanted == "default" && is_unset);
    };
    if (auto const* exactly = std::get_if<Exactly>(&filter)) {
        return equals(exactly->value);
    }
    if (auto const* either = std::get_if<ExactlyOrUnset>(&filter)) {
        return is_unset || equals(either->value);
    }
    if (auto const* one_of = std::get_if<OneOf>(&filter)) {
        return one_of->values.empty() ||
               std::any_of(one_of->values.begin(), one_of->values.end(), equals);
    }
    return std::holds_alternative<Any>(filter) || is_unset;
}

template <class T>
bool listed(std::vector<T> const& wanted, std::optional<T> const& value) {
    return wanted.empty() ||
           (value && std::find(wanted.begin(), wanted.end(), *value) != wanted.end());
}

bool number_fits(memory::NumberRange const& range, std::optional<double> value) {
    if (!range.minimum && !range.maximum) {
        return true;
    }
    return value && *value >= range.minimum.value_or(-1e9) && *value <= range.maximum.value_or(1e9);
}

bool time_fits(memory::TimeRange const& range, Timestamp at) {
    return (!range.from || at >= *range.from) && (!range.until || at < *range.until);
}

bool valid_fits(memory::TimeRange const& range, Row const& row) {
    if (!range.from && !range.until) {
        return true;
    }
    if (!row.valid_from) {
        return false;
    }
    auto const from = range.from.value_or(Timestamp::min());
    auto const until = range.until.value_or(Timestamp::max());
    auto const ends = row.valid_to.value_or(Timestamp::max());
    return std::max(from, *row.valid_from) < std::min(until, ends);
}

bool tags_fit(memory::TagFilter const& tags, Row const& row) {
    auto const held = [&](std::string const& tag) {
        return std::find(row.tags.begin(), row.tags.end(), tag) != row.tags.end();
    };
    return (tags.any.empty() || std::any_of(tags.any.begin(), tags.any.end(), held)) &&
           std::all_of(tags.all.begin(), tags.all.end(), held) &&
           std::none_of(tags.none.begin(), tags.none.end(), held);
}

bool shown(memory::View const& view, Row const& row, Timestamp stamps, Timestamp expiry) {
    auto const reached = [](std::optional<Timestamp> const& stamp, Timestamp at) {
        return stamp && *stamp <= at;
    };
    return (view.superseded || !reached(row.superseded_at, stamps)) &&
           (view.expired || !reached(row.expired_at, stamps)) &&
           (view.past_expiry || !reached(row.expires_at, expiry)) &&
           (view.contested || !reached(row.contested_at, stamps)) &&
           (view.forgotten || !reached(row.forgotten_at, stamps)) &&
           (view.critical || row.sensitivity != memory::Sensitivity::critical);
}

bool oracle(Filter const& filter, Row const& row, ReadTimes times) {
    auto const stamps = std::min(filter.as_of.value_or(times.last_commit), times.last_commit);
    auto const opened = row.revision == 1 ? row.created_at : row.recorded_at;
    auto const& scope = filter.scope;
    auto const changed = !filter.changed_since || row.created_at > *filter.changed_since ||
                         row.updated_at > *filter.changed_since;
    return row.recorded_at <= times.last_commit && (!row.ended_at || *row.ended_at > stamps) &&
           (!filter.as_of || opened <= *filter.as_of) &&
           shown(filter.view, row, stamps, filter.as_of.value_or(times.now)) &&
           coordinate_fits(scope.subject, row.scope.subject, false) &&
           coordinate_fits(scope.organization, row.scope.organization, true) &&
           coordinate_fits(scope.agent, row.scope.agent, true) &&
           coordinate_fits(scope.space, row.scope.space, true) &&
           coordinate_fits(scope.session, row.scope.session, false) &&
           coordinate_fits(scope.project, row.scope.project, false) && changed &&
           tags_fit(filter.tags, row) && time_fits(filter.created, row.created_at) &&
           time_fits(filter.updated, row.updated_at) && valid_fits(filter.valid, row) &&
           listed(filter.kinds, std::optional{row.kind}) && listed(filter.types, row.type) &&
           listed(filter.natures, row.nature) && listed(filter.levels, row.level) &&
           listed(filter.sources, row.source) && listed(filter.speakers, row.speaker) &&
           listed(filter.sensitivities, std::optional{row.sensitivity}) &&
           listed(filter.index_states, std::optional{row.index_state}) &&
           number_fits(filter.confidence, row.confidence) &&
           number_fits(filter.importance, row.importance);
}

/// Rows in a partition; every fourth is revised later.
struct Rows {
    std::vector<Row> plain;
    Partition partition{3};

    Rows(RandomRows& random, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            auto row = random.row(static_cast<std::int64_t>(plain.size()) + 1);
            if (i % 4 == 3) {
                auto const& before = plain[random.below(plain.size())];
                if (!before.ended_at) {
                    revise(random, before, row);
                }
            }
            plain.push_back(row);
            REQUIRE(partition.append(row));
        }
        partition.publish();
    }

    void revise(RandomRows& random, Row before, Row& row) {
        auto const fresh = row;
        row = before;
        row.key = fresh.key;
        row.tags = fresh.tags;
        row.type = fresh.type;
        row.confidence = fresh.confidence;
        row.valid_from = fresh.valid_from;
        row.valid_to = fresh.valid_to;
        row.vector = fresh.vector;
        row.index_state = fresh.index_state;
        row.revision = before.revision + 1;
        row.recorded_at = before.recorded_at + std::chrono::hours{1 + random.below(20)};
        plain[static_cast<std::size_t>(before.key) - 1].ended_at = row.recorded_at;
    }

    std::vector<std::int64_t> expected(Filter const& filter, ReadTimes times) const {
        std::vector<std::int64_t> keys;
        for (auto const& row : plain) {
            if (oracle(filter, row, times)) {
                keys.push_back(row.key);
            }
        }
        return keys;
    }

    std::vector<std::int64_t> found(Filter const& filter, ReadTimes times) const {
        EntryFilter const ready{filter, partition.texts(), times};
        auto const state = partition.state();
        auto const columns = admitted_rows(ready, state);
        std::vector<std::int64_t> keys;
        for (std::uint32_t position = 0; position < state.size; ++position) {
            auto const entry = entry_at(state, position);
            REQUIRE(ready.admits(entry) == columns.test(position));
            if (columns.test(position)) {
                keys.push_back(entry.key);
            }
        }
        return keys;
    }
};

} // namespace

TEST_CASE("every member of a filter, alone and crossed, admits what its words say",
          "[index][filter]") {
    auto const seed = GENERATE(range(1u, 5u));
    CAPTURE(seed);
    RandomRows random{seed};
    Rows const rows{random, 400};
    auto const all = tests::filter_settings();
    std::size_t admitted = 0;
    std::size_t refused = 0;
    auto const check = [&](Filter const& filter) {
        for (auto const& times : {at_hour_30, at_hour_99}) {
            auto const expected = rows.expected(filter, times);
            REQUIRE(rows.found(filter, times) == expected);
            admitted += expected.size();
            refused += rows.plain.size() - expected.size();
        }
    };
    check({});
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (int round = 0; round < 6; ++round) {
            CAPTURE(i);
            Filter filter{.view = round < 3 ? memory::View::everything() : memory::View{}};
            all[i](random, filter);
            check(filter);
        }
        for (std::size_t other = 0; other < all.size(); ++other) {
            CAPTURE(i, other);
            Filter filter{.view = memory::View::everything()};
            all[i](random, filter);
            all[other](random, filter);
            check(filter);
        }
    }
    CHECK(admitted > 10000);
    CHECK(refused > 10000);
}
