#include "index/column_filter.hpp"

#include "index/selection.hpp"

#include <algorithm>

namespace loci::index {
namespace {

/// The rows of one chunk.
class ChunkFilter {
public:
    ChunkFilter(EntryFilter const& filter, PartitionState const& state, std::size_t index,
                std::span<std::uint64_t> words)
        : filter_(filter)
        , state_(state)
        , index_(index)
        , chunk_(*(*state.chunks)[index])
        , rows_(std::min(chunk_rows, state.size - index * chunk_rows))
        , words_(words)
        , selection_(words, rows_) {}

    void run() {
        if (is_plain()) {
            begin_with_shown();
        } else {
            begin_with_latest();
        }
        if (!selection_.is_empty()) {
            keep_matching();
        }
        if (looks_back()) {
            add_revised();
        }
    }

private:
    /// What hides a row was decided when the row changed: the view hides all of it, and nothing has
    /// happened since its instant.
    bool is_plain() const noexcept {
        auto const& view = filter_.filter.view;
        return !filter_.filter.as_of && !view.superseded && !view.expired && !view.past_expiry &&
               !view.forgotten && chunk_.last_hidden <= filter_.stamps_until;
    }

    /// Whether a row that has been revised may have been current at the view's instant.
    bool looks_back() const noexcept { return chunk_.last_hidden > filter_.stamps_until; }

    std::uint64_t rows_in(std::size_t word) const noexcept {
        auto const rest = rows_ - word * 64;
        return rest >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << rest) - 1;
    }

    void begin_with_shown() noexcept {
        for (std::size_t word = 0; word < words_.size(); ++word) {
            words_[word] = chunk_.shown.word(word) & rows_in(word);
            for (auto rest = chunk_.expiring.word(word) & rows_in(word); rest != 0;
                 rest &= rest - 1) {
                auto const bit = static_cast<std::size_t>(std::countr_zero(rest));
                if (chunk_.expires_at[word * 64 + bit] > filter_.expiry_until) {
                    words_[word] |= std::uint64_t{1} << bit;
                }
            }
        }
    }

    void begin_with_latest() noexcept {
        for (std::size_t word = 0; word < words_.size(); ++word) {
            words_[word] = ~chunk_.erased.word(word) & ~chunk_.revised.word(word) & rows_in(word);
        }
        auto const& view = filter_.filter.view;
        auto const until = filter_.stamps_until;
        selection_.keep_above(chunk_.ended_at, until);
        if (!view.superseded) {
            selection_.keep_above(chunk_.superseded_at, until);
        }
        if (!view.expired) {
            selection_.keep_above(chunk_.expired_at, until);
        }
        if (!view.past_expiry) {
            selection_.keep_above(chunk_.expires_at, filter_.expiry_until);
        }
        if (!view.forgotten) {
            selection_.keep_above(chunk_.forgotten_at, until);
        }
        if (auto const as_of = filter_.filter.as_of) {
            keep_opened(to_micros(*as_of));
        }
    }

    void keep_matching() {
        auto const& filter = filter_.filter;
        keep_until(chunk_.recorded_at, filter_.last_commit);
        if (!filter.view.contested) {
            selection_.keep_above(chunk_.contested_at, filter_.stamps_until);
        }
        if (!filter.view.critical) {
            auto const critical = static_cast<std::uint8_t>(memory::Sensitivity::critical);
            selection_.keep(chunk_.sensitivity,
                            [=](std::uint8_t value) { return value != critical; });
        }
        keep_texts();
        keep_listed(chunk_.kind, filter.kinds);
        keep_listed(chunk_.sensitivity, filter.sensitivities);
        keep_listed(chunk_.index_state, filter.index_states);
        if (!filter.levels.empty()) {
            selection_.keep(chunk_.level,
                            [](std::int32_t level) { return level != Chunk::no_level; });
            keep_listed(chunk_.level, filter.levels);
        }
        if (!filter_.tags.empty()) {
            selection_.keep(chunk_.tags,
                            [&](std::uint32_t list) { return filter_.tags[list] != 0; });
        }
        keep_times();
        keep_within(chunk_.confidence, filter.confidence);
        keep_within(chunk_.importance, filter.importance);
    }

    void keep_texts() {
        selection_.keep_choice(chunk_.space, filter_.space);
        selection_.keep_choice(chunk_.agent, filter_.agent);
        selection_.keep_choice(chunk_.subject, filter_.subject);
        selection_.keep_choice(chunk_.organization, filter_.organization);
        selection_.keep_choice(chunk_.session, filter_.session);
        selection_.keep_choice(chunk_.project, filter_.project);
        selection_.keep_choice(chunk_.type, filter_.types);
        selection_.keep_choice(chunk_.nature, filter_.natures);
        selection_.keep_choice(chunk_.source, filter_.sources);
        selection_.keep_choice(chunk_.speaker, filter_.speakers);
    }

    void keep_times() noexcept {
        auto const& filter = filter_.filter;
        keep_within(chunk_.created_at, filter.created);
        keep_within(chunk_.updated_at, filter.updated);
        if (filter.changed_since) {
            auto const since = to_micros(*filter.changed_since);
            keep_rows([&](std::size_t row) {
                return chunk_.created_at[row] > since || chunk_.updated_at[row] > since;
            });
        }
        if (filter.valid.from || filter.valid.until) {
            keep_rows([&](std::size_t row) {
                return overlaps(filter.valid, chunk_.valid_from[row], chunk_.valid_to[row]);
            });
        }
    }

    void keep_opened(std::int64_t as_of) noexcept {
        keep_rows([&](std::size_t row) {
            return (chunk_.revision[row] == 1 ? chunk_.created_at[row] : chunk_.recorded_at[row]) <=
                   as_of;
        });
    }

    void keep_until(Column<std::int64_t> const& column, std::int64_t bound) noexcept {
        if (column.high() > bound) {
            selection_.keep(column, [bound](std::int64_t value) { return value <= bound; });
        }
    }

    void keep_within(Column<std::int64_t> const& column, memory::TimeRange const& range) noexcept {
        if (range.from && column.low() < to_micros(*range.from)) {
            selection_.keep(column, [from = to_micros(*range.from)](std::int64_t value) {
                return value >= from;
            });
        }
        if (range.until && column.high() >= to_micros(*range.until)) {
            selection_.keep(column, [until = to_micros(*range.until)](std::int64_t value) {
                return value < until;
            });
        }
    }

    // An absent number passes no comparison.
    void keep_within(Column<double> const& column, memory::NumberRange const& range) noexcept {
        if (range.minimum) {
            selection_.keep(column,
                            [least = *range.minimum](double value) { return value >= least; });
        }
        if (range.maximum) {
            selection_.keep(column,
                            [most = *range.maximum](double value) { return value <= most; });
        }
    }

    template <class T, class Wanted>
    void keep_listed(Column<T> const& column, std::vector<Wanted> const& wanted) {
        if (!wanted.empty()) {
            selection_.keep(column, [&](T value) {
                return std::any_of(wanted.begin(), wanted.end(),
                                   [&](Wanted one) { return static_cast<T>(one) == value; });
            });
        }
    }

    /// For tests of more than one column.
    template <class Test>
    void keep_rows(Test test) noexcept {
        for (std::size_t word = 0; word < words_.size(); ++word) {
            for (auto rest = words_[word]; rest != 0; rest &= rest - 1) {
                auto const bit = static_cast<std::size_t>(std::countr_zero(rest));
                if (!test(word * 64 + bit)) {
                    words_[word] &= ~(std::uint64_t{1} << bit);
                }
            }
        }
    }

    /// What revisions share lies elsewhere for these.
    void add_revised() noexcept {
        for (std::size_t word = 0; word < words_.size(); ++word) {
            auto rest = chunk_.revised.word(word) & ~chunk_.erased.word(word) & rows_in(word);
            for (; rest != 0; rest &= rest - 1) {
                auto const bit = static_cast<std::size_t>(std::countr_zero(rest));
                auto const row = word * 64 + bit;
                auto const position = static_cast<std::uint32_t>(index_ * chunk_rows + row);
                if (chunk_.ended_at[row] > filter_.stamps_until &&
                    filter_.admits(entry_at(state_, position))) {
                    words_[word] |= std::uint64_t{1} << bit;
                }
            }
        }
    }

    EntryFilter const& filter_;
    PartitionState const& state_;
    std::size_t index_;
    Chunk const& chunk_;
    std::size_t rows_;
    std::span<std::uint64_t> words_;
    Selection selection_;
};

} // namespace

Bitmap admitted_rows(EntryFilter const& filter, PartitionState const& state) {
    constexpr auto chunk_words = chunk_rows / 64;
    Bitmap rows{state.size};
    auto const words = rows.words();
    for (std::size_t index = 0; index * chunk_rows < state.size; ++index) {
        auto const begin = index * chunk_words;
        auto const count = std::min(chunk_words, words.size() - begin);
        ChunkFilter{filter, state, index, words.subspan(begin, count)}.run();
    }
    return rows;
}

} // namespace loci::index
