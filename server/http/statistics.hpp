#pragma once
#include "http/message.hpp"
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace loci::server {

/// Upper bounds of the latency buckets in seconds; one more bucket follows for everything above.
inline constexpr std::array<double, 14> latency_bounds{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0};

inline constexpr std::size_t refusal_count = static_cast<std::size_t>(Refusal::failed) + 1;

/// Lower-case name of a refusal, e.g. `body_too_large`.
char const* to_string(Refusal refusal) noexcept;

struct RouteStatistics {
    std::array<std::uint64_t, 5> by_class{};                        ///< answers 1xx .. 5xx
    std::array<std::uint64_t, latency_bounds.size() + 1> latency{}; ///< per bucket, not cumulated
    double latency_sum = 0;                                         ///< seconds
};

struct LaneStatistics {
    std::string name;
    std::size_t threads = 0;
    std::size_t running = 0;
    std::size_t queued = 0;
    std::size_t queue_limit = 0;
};

/// What `/metrics` shows of the shell.
struct ServerStatistics {
    std::size_t connections = 0;            ///< open now
    std::uint64_t connections_accepted = 0; ///< since the start
    std::uint64_t connections_refused = 0;  ///< beyond the limit
    std::uint64_t accept_failures = 0;      ///< e.g. out of file descriptors
    std::uint64_t timeouts = 0;             ///< connections closed because they were too slow
    std::uint64_t bytes_received = 0;
    std::uint64_t bytes_sent = 0;
    std::size_t body_bytes_in_flight = 0;
    std::array<std::uint64_t, refusal_count> refusals{}; ///< by `Refusal`
    std::vector<LaneStatistics> lanes{};
    std::map<std::string, RouteStatistics, std::less<>> routes{};
};

/// What one thread, or a group, counts.
///
/// Threads: every function may be called from any thread at once; cheap while they do not meet.
class Counters final {
public:
    void answered(std::string_view route, int status, std::chrono::steady_clock::duration time);
    void refused(Refusal refusal) noexcept;

    void timed_out() noexcept { timeouts_.fetch_add(1, std::memory_order_relaxed); }

    void received(std::size_t bytes) noexcept {
        bytes_received_.fetch_add(bytes, std::memory_order_relaxed);
    }

    void sent(std::size_t bytes) noexcept {
        bytes_sent_.fetch_add(bytes, std::memory_order_relaxed);
    }

    void add_to(ServerStatistics& sum) const;

private:
    std::atomic<std::uint64_t> timeouts_{0};
    std::atomic<std::uint64_t> bytes_received_{0};
    std::atomic<std::uint64_t> bytes_sent_{0};
    std::array<std::atomic<std::uint64_t>, refusal_count> refusals_{};
    mutable std::mutex mutex_; ///< guards `routes_`
    std::map<std::string, RouteStatistics, std::less<>> routes_;
};

} // namespace loci::server
