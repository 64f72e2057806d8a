#include "recall/dates.hpp"

#include "recall/text_cues.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>

namespace loci::recall {
namespace {

using std::chrono::days;

constexpr int days_spoken_after = 7;

/// The number at the front of a word: `8` of `8th`; nothing for other words.
std::optional<int> leading_number(std::string_view word) {
    int number = 0;
    auto const [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    std::string_view const rest{end, static_cast<std::size_t>(word.data() + word.size() - end)};
    auto const is_ordinal = rest == "st" || rest == "nd" || rest == "rd" || rest == "th";
    if (error != std::errc{} || !(rest.empty() || is_ordinal)) {
        return std::nullopt;
    }
    return number;
}

bool contains(std::vector<int> const& numbers, int number) {
    return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

/// Words as written, split at everything but ASCII letters and digits.
std::vector<std::string_view> written_words(std::string_view text) {
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::vector<std::string_view> words;
    while (!text.empty()) {
        auto const begin = std::min(text.find_first_of(letters), text.size());
        text.remove_prefix(begin);
        auto const size = std::min(text.find_first_not_of(letters), text.size());
        if (size > 0) {
            words.push_back(text.substr(0, size));
        }
        text.remove_prefix(size);
    }
    return words;
}

/// Days of the unit that a word names; 0: none.
int unit_days(std::string_view word) {
    if (word.starts_with("day")) {
        return 1;
    }
    if (word.starts_with("week")) {
        return 7;
    }
    if (word.starts_with("month")) {
        return 31;
    }
    if (word.starts_with("year")) {
        return 366;
    }
    return 0;
}

/// `today`, `yesterday`, `this week`, `last month`, `3 days ago`.
void read_relative(std::vector<std::string> const& words, Timestamp now, QuestionDates& dates) {
    auto const today = std::chrono::floor<days>(now);
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto const next = i + 1 < words.size() ? unit_days(words[i + 1]) : 0;
        if (words[i] == "today") {
            dates.stretches.push_back({today, now});
        } else if (words[i] == "yesterday") {
            dates.stretches.push_back({today - days{1}, today});
        } else if (words[i] == "this" && next > 0) {
            dates.stretches.push_back({today - days{next}, now});
        } else if (words[i] == "last" && next > 0) {
            dates.stretches.push_back({today - days{2 * next}, today});
        } else if (i + 2 < words.size() && words[i + 2] == "ago" && next > 0) {
            auto const count = leading_number(words[i]);
            constexpr int most = 100;
            if (count && *count > 0 && *count <= most) {
                auto const middle = today - days{*count * next};
                dates.stretches.push_back({middle - days{next}, middle + days{next}});
            }
        }
    }
}

void read_named(std::vector<std::string_view> const& words, QuestionDates& dates) {
    constexpr int first_year = 1900;
    constexpr int last_year = 2099;
    constexpr int last_day = 31;
    std::vector<int> numbers;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (auto const month = month_of(words[i])) {
            dates.months.push_back(month);
        } else if (auto const number = leading_number(words[i])) {
            if (*number >= first_year && *number <= last_year) {
                dates.years.push_back(*number);
            } else if (*number >= 1 && *number <= last_day) {
                numbers.push_back(*number);
            }
        }
    }
    if (!dates.months.empty()) {
        dates.days = std::move(numbers);
    }
}

/// Takes `2023-05-08` and leaves the rest of the question.
std::string read_iso(std::string_view question, QuestionDates& dates) {
    constexpr std::size_t length = 10;
    std::string rest{question};
    for (std::size_t i = 0; i + length <= rest.size(); ++i) {
        auto const at = parse_rfc3339(rest.substr(i, length) + "T00:00:00Z");
        if (at) {
            std::chrono::year_month_day const date{std::chrono::floor<days>(*at)};
            dates.years.push_back(static_cast<int>(date.year()));
            dates.months.push_back(static_cast<int>(static_cast<unsigned>(date.month())));
            dates.days.push_back(static_cast<int>(static_cast<unsigned>(date.day())));
            rest.replace(i, length, " ");
        }
    }
    return rest;
}

} // namespace

QuestionDates read_dates(std::string_view question, Timestamp now) {
    QuestionDates iso;
    auto const rest = read_iso(question, iso);
    QuestionDates dates;
    read_named(written_words(rest), dates);
    dates.years.insert(dates.years.end(), iso.years.begin(), iso.years.end());
    dates.months.insert(dates.months.end(), iso.months.begin(), iso.months.end());
    dates.days.insert(dates.days.end(), iso.days.begin(), iso.days.end());
    read_relative(plain_words(question), now, dates);
    return dates;
}

double agreement(QuestionDates const& dates, Timestamp at) {
    auto const within = std::any_of(
        dates.stretches.begin(), dates.stretches.end(),
        [&](QuestionDates::Stretch const& each) { return each.from <= at && at < each.until; });
    if (within) {
        return 1;
    }
    std::chrono::year_month_day const date{std::chrono::floor<days>(at)};
    auto const month = static_cast<int>(static_cast<unsigned>(date.month()));
    auto const day = static_cast<int>(static_cast<unsigned>(date.day()));
    constexpr int months_a_year = 12;
    auto const month_before = month == 1 ? months_a_year : month - 1;
    double fits = 0;
    double parts = 0;
    if (!dates.months.empty()) {
        parts += 2;
        fits += contains(dates.months, month) ? 2 : contains(dates.months, month_before) ? 1 : 0;
    }
    if (!dates.years.empty()) {
        parts += 1;
        fits += contains(dates.years, static_cast<int>(date.year())) ? 1 : 0;
    }
    if (!dates.days.empty()) {
        parts += 1;
        auto const is_near = contains(dates.months, month) &&
                             std::any_of(dates.days.begin(), dates.days.end(), [&](int named) {
                                 return day >= named && day - named <= days_spoken_after;
                             });
        fits += is_near ? 1 : 0;
    }
    return parts > 0 ? fits / parts : 0;
}

} // namespace loci::recall
