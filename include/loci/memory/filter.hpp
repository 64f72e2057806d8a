#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/json_object.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/record.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace loci::memory {

/// Which stamped memories a read shows. One rule serves lists, recall, counts and statistics.
struct View {
    bool superseded = false;
    bool expired = false;     ///< stamped as expired
    bool past_expiry = false; ///< `expires_at` reached
    bool contested = true;
    bool forgotten = false;
    bool critical = true; ///< sensitivity critical; false for text bound for a model
    bool operator==(View const&) const = default;

    /// Everything but forgotten memories.
    static View everything();
};

/// Half-open: `from` inclusive, `until` exclusive.
struct TimeRange {
    std::optional<Timestamp> from{};
    std::optional<Timestamp> until{};
    bool operator==(TimeRange const&) const = default;
};

/// Closed at both ends. A memory whose value is unknown is outside.
struct NumberRange {
    std::optional<double> minimum{};
    std::optional<double> maximum{};
    bool operator==(NumberRange const&) const = default;
};

struct TagFilter {
    std::vector<std::string> any{};
    std::vector<std::string> all{};
    std::vector<std::string> none{};
    bool operator==(TagFilter const&) const = default;
};

/// Restricts a read. Everything acts before the cut to a page, so a narrow filter still fills it.
/// An empty list means "no restriction".
struct Filter {
    ReadScope scope{};
    View view{};
    TagFilter tags{};
    TimeRange created{};
    TimeRange updated{};
    TimeRange
        valid{}; ///< overlaps [valid_from, valid_to); memories without `valid_from` are outside
    std::vector<Kind> kinds{};
    std::vector<std::string> types{};
    std::vector<std::string> natures{};
    std::vector<int> levels{};
    std::vector<std::string> sources{};
    std::vector<std::string> speakers{};
    std::vector<Sensitivity> sensitivities{};
    std::vector<IndexState> index_states{};
    NumberRange confidence{};
    NumberRange importance{};
    std::vector<std::pair<std::string, std::string>>
        metadata{};                           ///< member name and JSON text it must equal
    std::optional<Timestamp> as_of{};         ///< the state that was current then; absent: now
    std::optional<Timestamp> changed_since{}; ///< created or updated strictly after
};

enum class ListOrder : std::uint8_t { newest_first, oldest_first };

struct ListQuery {
    Filter filter{};
    ListOrder order = ListOrder::newest_first; ///< by created_at, then revision key
    std::size_t limit = 10;                    ///< 0..limits::results
    std::size_t offset = 0;
};

/// One page of a list; `total` counts all that match, from the same snapshot.
struct Page {
    std::vector<Record> items;
    std::size_t total = 0;
};

} // namespace loci::memory
