#include "index/stem_tally.hpp"

#include "index/json_list.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

// tally   = row*                               ; kind number segment first_stem entries
// segment = level * 2^32 + index               ; indexes of a level are dense, from 0
// entries = stem+                              ; ascending, `first_stem` is the first
// stem    = length:varint byte{length} places:varint count{places}
// count   = place:varint number:varint         ; places ascending, numbers above 0
// varint  = 7 bits a byte, lowest first, 128 set on all bytes but the last
//
// The rows of a segment are ordered: a stem, if the segment has it, lies in the row with the last
// `first_stem` that is not above it. A row is closed at about 900 bytes, so that it needs no page
// of its own. When a level would get its eighth segment, all of its segments become one of the next
// level: n additions leave about 7 * log8(n) segments. Nothing is ever negative: what is subtracted
// is taken out of the segments that have it.

namespace loci::index {
namespace {

constexpr std::size_t segments_per_level = 8;
constexpr std::int64_t level_size = std::int64_t{1} << 32;
constexpr auto last_segment = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t block_bytes = 900;

/// So many are found faster in all rows than one by one.
constexpr std::size_t stems_worth_a_sweep = 2000;

constexpr store::Sql list_segments{R"sql(
WITH RECURSIVE segments (number) AS (
    SELECT min(segment) FROM stem_tally WHERE kind = ?1 AND number = ?2 AND segment >= ?3
    UNION ALL
    SELECT (SELECT min(segment) FROM stem_tally
        WHERE kind = ?1 AND number = ?2 AND segment > segments.number)
    FROM segments WHERE segments.number < ?4)
SELECT number FROM segments WHERE number < ?4
)sql"};

constexpr store::Sql select_segments{R"sql(
SELECT segment, entries FROM stem_tally
WHERE kind = ?1 AND number = ?2 AND segment >= ?3 AND segment < ?4
ORDER BY segment, first_stem
)sql"};

constexpr store::Sql delete_segments{R"sql(
DELETE FROM stem_tally WHERE kind = ?1 AND number = ?2 AND segment >= ?3 AND segment < ?4
)sql"};

constexpr store::Sql insert_block{R"sql(
INSERT INTO stem_tally (kind, number, segment, first_stem, entries) VALUES (?1, ?2, ?3, ?4, ?5)
)sql"};

constexpr store::Sql delete_block{R"sql(
DELETE FROM stem_tally WHERE kind = ?1 AND number = ?2 AND segment = ?3 AND first_stem = ?4
)sql"};

constexpr store::Sql find_blocks{R"sql(
WITH RECURSIVE segments (number) AS (
    SELECT min(segment) FROM stem_tally WHERE kind = ?1 AND number = ?2
    UNION ALL
    SELECT (SELECT min(segment) FROM stem_tally
        WHERE kind = ?1 AND number = ?2 AND segment > segments.number)
    FROM segments WHERE segments.number IS NOT NULL)
SELECT segments.number, (
    SELECT entries FROM stem_tally
    WHERE kind = ?1 AND number = ?2 AND segment = segments.number AND first_stem <= stem.value
    ORDER BY first_stem DESC LIMIT 1), stem.value
FROM segments CROSS JOIN json_each(?3) AS stem WHERE segments.number IS NOT NULL
)sql"};

constexpr store::Sql select_tallies{R"sql(
SELECT number, entries FROM stem_tally
WHERE kind = ?1 AND number IN (SELECT value FROM json_each(?2))
)sql"};

void append_varint(std::string& bytes, std::int64_t number) {
    auto rest = static_cast<std::uint64_t>(number);
    for (; rest >= 128; rest >>= 7u) {
        bytes += static_cast<char>(rest | 128u);
    }
    bytes += static_cast<char>(rest);
}

/// Reads rows; what is cut off or overlong reads as nothing, and inspection reports the difference.
class BlockReader {
public:
    explicit BlockReader(std::span<std::byte const> bytes)
        : bytes_(bytes) {}

    bool at_end() const noexcept { return bytes_.empty(); }

    std::int64_t varint() {
        std::uint64_t number = 0;
        for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
            auto const byte = std::to_integer<std::uint64_t>(bytes_.front());
            bytes_ = bytes_.subspan(1);
            number |= (byte & 127u) << shift;
            if (byte < 128) {
                return static_cast<std::int64_t>(number);
            }
        }
        bytes_ = {};
        return 0;
    }

    std::string_view text() {
        auto const length = std::min(static_cast<std::size_t>(varint()), bytes_.size());
        auto const text = bytes_.first(length);
        bytes_ = bytes_.subspan(length);
        return {reinterpret_cast<char const*>(text.data()), text.size()};
    }

    /// Calls `visit(place, count)` for each count of the stem just read.
    template <class Visit>
    void counts(Visit visit) {
        for (auto places = varint(); places > 0 && !bytes_.empty(); --places) {
            auto const place = varint();
            visit(place, varint());
        }
    }

private:
    std::span<std::byte const> bytes_;
};

/// Calls `visit(stem, place, count)` for each count of the stems that `wanted` accepts.
template <class Wanted, class Visit>
void visit_counts(std::span<std::byte const> block, Wanted wanted, Visit visit) {
    for (BlockReader reader{block}; !reader.at_end();) {
        auto const stem = reader.text();
        auto const is_wanted = wanted(stem);
        reader.counts([&](std::int64_t place, std::int64_t count) {
            if (is_wanted) {
                visit(stem, place, count);
            }
        });
    }
}

void append_counts(std::vector<StemCount>& counts, std::span<std::byte const> block) {
    visit_counts(
        block, [](std::string_view) { return true; },
        [&](std::string_view stem, std::int64_t place, std::int64_t count) {
            counts.push_back({std::string{stem}, place, count});
        });
}

/// Appends the stem that `counts` begins with; returns the counts after it.
std::span<StemCount const> append_stem(std::string& block, std::span<StemCount const> counts) {
    auto const& stem = counts.front().stem;
    std::size_t places = 1;
    while (places < counts.size() && counts[places].stem == stem) {
        ++places;
    }
    append_varint(block, static_cast<std::int64_t>(stem.size()));
    block += stem;
    append_varint(block, static_cast<std::int64_t>(places));
    for (auto const& count : counts.first(places)) {
        append_varint(block, count.place);
        append_varint(block, count.count);
    }
    return counts.subspan(places);
}

std::string json_list_of_stems(std::span<StemCount const> counts) {
    std::vector<std::string_view> stems;
    for (auto const& count : counts) {
        if (stems.empty() || stems.back() != count.stem) {
            stems.push_back(count.stem);
        }
    }
    return json_list(stems);
}

/// Takes as much of what is `left`, in order, out of a segment's block as it has. True: it had
/// some.
bool take_out(std::vector<StemCount>& block, std::span<StemCount> left) {
    auto const place = [](StemCount const& count) {
        return std::pair{std::string_view{count.stem}, count.place};
    };
    bool changed = false;
    for (auto& held : block) {
        auto const wanted = std::ranges::lower_bound(left, place(held), {}, place);
        if (wanted != left.end() && place(*wanted) == place(held) && wanted->count > 0) {
            auto const taken = std::min(held.count, wanted->count);
            held.count -= taken;
            wanted->count -= taken;
            changed = true;
        }
    }
    std::erase_if(block, [](StemCount const& held) { return held.count == 0; });
    return changed;
}

/// Calls `visit(segment, block)` for each block that may hold some of the stems.
template <class Visit>
void visit_blocks(store::ReadTransaction& transaction, std::int64_t kind, std::int64_t number,
                  std::span<StemCount const> counts, Visit visit) {
    auto const read = [&](store::Rows rows) {
        while (rows.next()) {
            if (!rows.is_null(1)) {
                visit(rows.integer(0), rows.blob(1));
            }
        }
    };
    if (counts.size() > stems_worth_a_sweep) {
        read(transaction.query(select_segments, kind, number, 0, last_segment));
    } else {
        read(transaction.query(find_blocks, kind, number, json_list_of_stems(counts)));
    }
}

/// Of counts in order.
std::vector<StemCount> without_repetition(std::vector<StemCount> counts) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (size > 0 && counts[size - 1].stem == counts[i].stem &&
            counts[size - 1].place == counts[i].place) {
            counts[size - 1].count += counts[i].count;
        } else {
            if (size != i) {
                counts[size] = std::move(counts[i]);
            }
            ++size;
        }
    }
    counts.resize(size);
    std::erase_if(counts, [](StemCount const& count) { return count.count == 0; });
    return counts;
}

/// Each of `runs` is in order.
std::vector<StemCount> merged(std::vector<std::vector<StemCount>> runs) {
    while (runs.size() > 1) {
        std::vector<std::vector<StemCount>> longer;
        for (std::size_t i = 0; i + 1 < runs.size(); i += 2) {
            auto& both = longer.emplace_back();
            both.reserve(runs[i].size() + runs[i + 1].size());
            std::merge(std::make_move_iterator(runs[i].begin()),
                       std::make_move_iterator(runs[i].end()),
                       std::make_move_iterator(runs[i + 1].begin()),
                       std::make_move_iterator(runs[i + 1].end()), std::back_inserter(both));
        }
        if (runs.size() % 2 != 0) {
            longer.push_back(std::move(runs.back()));
        }
        runs = std::move(longer);
    }
    return runs.empty() ? std::vector<StemCount>{} : without_repetition(std::move(runs.front()));
}

} // namespace

std::vector<StemCount> summed(std::vector<StemCount> counts) {
    std::sort(counts.begin(), counts.end());
    return without_repetition(std::move(counts));
}

void StemTally::add(store::WriteTransaction& transaction, std::vector<StemCount> counts) const {
    if (!counts.empty()) {
        add_segment(transaction, 0, std::move(counts));
    }
}

void StemTally::add_segment(store::WriteTransaction& transaction, std::int64_t level,
                            std::vector<StemCount> counts) const {
    auto const first = level * level_size;
    auto const end = first + level_size;
    std::vector<std::int64_t> segments;
    {
        auto rows = transaction.query(list_segments, kind_, number_, first, end);
        while (rows.next()) {
            segments.push_back(rows.integer(0));
        }
    }
    if (segments.size() + 1 < segments_per_level) {
        insert_blocks(transaction, segments.empty() ? first : segments.back() + 1, counts);
        return;
    }
    auto runs = read_segments(transaction, first, end);
    runs.push_back(std::move(counts));
    transaction.execute(delete_segments, kind_, number_, first, end);
    add_segment(transaction, level + 1, merged(std::move(runs)));
}

void StemTally::insert_blocks(store::WriteTransaction& transaction, std::int64_t segment,
                              std::vector<StemCount> const& counts) const {
    std::span<StemCount const> rest{counts};
    while (!rest.empty()) {
        std::string_view const first_stem = rest.front().stem;
        std::string block;
        while (!rest.empty() && block.size() < block_bytes) {
            rest = append_stem(block, rest);
        }
        transaction.execute(insert_block, kind_, number_, segment, first_stem,
                            std::as_bytes(std::span{block}));
    }
}

void StemTally::subtract(store::WriteTransaction& transaction,
                         std::vector<StemCount> counts) const {
    if (counts.empty()) {
        return;
    }
    std::map<std::pair<std::int64_t, std::string>, std::vector<StemCount>, std::greater<>> blocks;
    visit_blocks(transaction, kind_, number_, counts, [&](std::int64_t segment, auto bytes) {
        std::vector<StemCount> block;
        append_counts(block, bytes);
        if (!block.empty()) {
            std::pair const place{segment, block.front().stem};
            blocks.emplace(place, std::move(block));
        }
    });
    for (auto& [place, block] : blocks) {
        if (take_out(block, counts)) {
            transaction.execute(delete_block, kind_, number_, place.first, place.second);
            insert_blocks(transaction, place.first, block);
        }
    }
}

std::vector<StemCount> StemTally::find(store::ReadTransaction& transaction,
                                       std::span<std::string_view const> stems) const {
    std::vector<StemCount> counts;
    auto rows = transaction.query(find_blocks, kind_, number_, json_list(stems));
    while (rows.next()) {
        if (!rows.is_null(1)) {
            auto const wanted = rows.text(2);
            visit_counts(
                rows.blob(1), [&](std::string_view stem) { return stem == wanted; },
                [&](std::string_view stem, std::int64_t place, std::int64_t count) {
                    counts.push_back({std::string{stem}, place, count});
                });
        }
    }
    return summed(std::move(counts));
}

std::vector<StemCount> StemTally::read(store::ReadTransaction& transaction) const {
    return merged(read_segments(transaction, 0, last_segment));
}

std::vector<std::vector<StemCount>> StemTally::read_segments(store::ReadTransaction& transaction,
                                                             std::int64_t first,
                                                             std::int64_t last) const {
    std::vector<std::vector<StemCount>> segments;
    std::optional<std::int64_t> segment;
    auto rows = transaction.query(select_segments, kind_, number_, first, last);
    while (rows.next()) {
        if (segment != rows.integer(0)) {
            segment = rows.integer(0);
            segments.emplace_back();
        }
        append_counts(segments.back(), rows.blob(1));
    }
    return segments;
}

void find_in_episodes(store::ReadTransaction& transaction, std::span<std::int64_t const> episodes,
                      std::span<std::string_view const> stems, EpisodeVisit const& visit) {
    std::unordered_map<std::string_view, std::size_t> numbers;
    for (auto const stem : stems) {
        numbers.emplace(stem, numbers.size());
    }
    auto rows = transaction.query(select_tallies, TallyKind::episode, json_list(episodes));
    while (rows.next()) {
        auto const episode = rows.integer(0);
        visit_counts(
            rows.blob(1), [&](std::string_view stem) { return numbers.contains(stem); },
            [&](std::string_view stem, std::int64_t, std::int64_t count) {
                visit(episode, numbers.at(stem), count);
            });
    }
}

} // namespace loci::index
