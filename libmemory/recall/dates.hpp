#pragma once
#include <loci/base/clock.hpp>
#include <string_view>
#include <vector>

namespace loci::recall {

/// The dates that a question names, in parts: `on 3 May`, `in March 2023`, `2023-05-08`,
/// `yesterday`, `last month`.
struct QuestionDates {
    /// Half-open stretch that words such as `last week` stand for.
    struct Stretch {
        Timestamp from;
        Timestamp until;
        bool operator==(Stretch const&) const = default;
    };

    std::vector<int> years;
    std::vector<int> months; ///< 1..12
    std::vector<int> days;   ///< 1..31; only beside a month
    std::vector<Stretch> stretches;

    bool empty() const noexcept { return years.empty() && months.empty() && stretches.empty(); }

    bool operator==(QuestionDates const&) const = default;
};

/// `now` is what `yesterday` counts from. Month names are English.
QuestionDates read_dates(std::string_view question, Timestamp now);

/// How well an instant (UTC) agrees, 0..1: the share of the parts named that it fits, a month
/// counting double. People speak of things some days after they happened: the month after counts
/// half, and a day up to a week later fully.
double agreement(QuestionDates const& dates, Timestamp at);

} // namespace loci::recall
