#include <loci/base/clock.hpp>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <fmt/format.h>
#include <mutex>

namespace loci {
namespace {

using std::chrono::microseconds;

class SystemClock final : public Clock {
public:
    Timestamp now() const override {
        return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
    }

    // Waits in slices, because a jump of the system's time changes how long is left.
    bool wait_until(std::stop_token stop, Timestamp deadline) const override {
        std::mutex mutex;
        std::condition_variable_any stopped;
        std::unique_lock lock{mutex};
        for (auto left = deadline - now(); left.count() > 0; left = deadline - now()) {
            auto const slice = std::min<microseconds>(left, std::chrono::seconds{1});
            if (stopped.wait_for(lock, stop, slice, [&] { return stop.stop_requested(); })) {
                return false;
            }
        }
        return true;
    }
};

/// Reads digits and marks from the front of a text; remembers whether all of them were there.
class Reader {
public:
    explicit Reader(std::string_view text) noexcept
        : text_(text) {}

    int digits(std::size_t count) noexcept {
        int number = 0;
        for (std::size_t place = 0; place < count; ++place) {
            if (!next_is_digit()) {
                good_ = false;
                return 0;
            }
            number = number * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        return number;
    }

    char one_of(std::string_view marks) noexcept {
        if (text_.empty() || marks.find(text_.front()) == std::string_view::npos) {
            good_ = false;
            return '\0';
        }
        auto const mark = text_.front();
        text_.remove_prefix(1);
        return mark;
    }

    bool next_is(char mark) const noexcept { return text_.starts_with(mark); }

    bool next_is_digit() const noexcept {
        return !text_.empty() && text_.front() >= '0' && text_.front() <= '9';
    }

    bool ended_well() const noexcept { return good_ && text_.empty(); }

private:
    std::string_view text_;
    bool good_ = true;
};

microseconds read_fraction(Reader& reader) {
    if (!reader.next_is('.')) {
        return microseconds{0};
    }
    reader.one_of(".");
    int micros = reader.digits(1);
    for (int place = 2; place <= 9; ++place) {
        auto const digit = reader.next_is_digit() ? reader.digits(1) : 0;
        micros = place <= 6 ? micros * 10 + digit : micros;
    }
    return microseconds{micros};
}

std::optional<std::chrono::minutes> read_offset(Reader& reader) {
    auto const sign = reader.one_of("Zz+-");
    if (sign == 'Z' || sign == 'z') {
        return std::chrono::minutes{0};
    }
    auto const hours = reader.digits(2);
    reader.one_of(":");
    auto const minutes = reader.digits(2);
    if (hours > 23 || minutes > 59) {
        return std::nullopt;
    }
    auto const offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    return sign == '-' ? -offset : offset;
}

} // namespace

std::string format_rfc3339(Timestamp at, int digits) {
    auto const day = std::chrono::floor<std::chrono::days>(at);
    std::chrono::year_month_day const date{day};
    std::chrono::hh_mm_ss const time{at - day};
    auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                            time.hours().count(), time.minutes().count(), time.seconds().count());
    if (auto const kept = std::clamp(digits, 0, 6); kept > 0) {
        auto const fraction = fmt::format("{:06}", time.subseconds().count());
        text += '.';
        text += std::string_view{fraction}.substr(0, static_cast<std::size_t>(kept));
    }
    text += 'Z';
    return text;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
    Reader reader{text};
    auto const year = reader.digits(4);
    reader.one_of("-");
    auto const month = reader.digits(2);
    reader.one_of("-");
    auto const day = reader.digits(2);
    reader.one_of("Tt");
    auto const hour = reader.digits(2);
    reader.one_of(":");
    auto const minute = reader.digits(2);
    reader.one_of(":");
    auto const second = reader.digits(2);
    auto const fraction = read_fraction(reader);
    auto const offset = read_offset(reader);
    std::chrono::year_month_day const date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    // A leap second is written 60; the scale of system time has none, so it becomes the next one.
    auto const leap = second == 60 && minute == 59;
    if (!reader.ended_well() || !offset || year < 1 || !date.ok() || hour > 23 || minute > 59 ||
        (second > 59 && !leap)) {
        return std::nullopt;
    }
    auto const at = Timestamp{std::chrono::sys_days{date}} + std::chrono::hours{hour} +
                    std::chrono::minutes{minute} + std::chrono::seconds{second} + fraction -
                    *offset;
    // An offset, or a leap second, may carry an instant out of the years that can be written.
    constexpr auto first = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
    constexpr auto end = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};
    if (at < first || at >= end) {
        return std::nullopt;
    }
    return at;
}

std::unique_ptr<Clock> system_clock() {
    return std::make_unique<SystemClock>();
}

} // namespace loci
