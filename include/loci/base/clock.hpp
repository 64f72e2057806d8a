#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace loci {

/// An instant of system time in microseconds since 1970-01-01T00:00:00Z.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Microseconds since 1970, the form in which instants are stored.
constexpr std::int64_t to_micros(Timestamp at) noexcept {
    return at.time_since_epoch().count();
}

constexpr Timestamp from_micros(std::int64_t micros) noexcept {
    return Timestamp{std::chrono::microseconds{micros}};
}

/// RFC 3339 in UTC with `digits` fraction digits (0..6), e.g. `2026-03-20T09:00:00.000Z`. Cuts,
/// never rounds.
std::string format_rfc3339(Timestamp at, int digits = 3);

/// Parses an RFC 3339 instant with `Z` or an offset, 0 to 9 fraction digits (cut to microseconds),
/// years 0001..9999. Anything else: nullopt.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// Where every notion of "now" and every wait comes from.
///
/// Threads: all functions may be called from any thread at once.
class Clock {
public:
    virtual ~Clock() = default;

    virtual Timestamp now() const = 0;

    /// Blocks until `now() >= deadline` (true) or a stop is requested (false).
    virtual bool wait_until(std::stop_token stop, Timestamp deadline) const = 0;
};

/// The clock of the machine.
std::unique_ptr<Clock> system_clock();

/// The point after which a caller no longer wants the answer; absent means never.
using Deadline = std::optional<Timestamp>;

} // namespace loci
