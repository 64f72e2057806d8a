#include "http/statistics.hpp"
#include <algorithm>

namespace loci::server {

namespace {

// Routes are a fixed set; should one ever carry an id, metrics must not grow with it.
constexpr std::size_t most_routes = 1024;

} // namespace

char const* to_string(Refusal refusal) noexcept {
    switch (refusal) {
    case Refusal::malformed_request:
        return "malformed_request";
    case Refusal::request_timeout:
        return "request_timeout";
    case Refusal::body_too_large:
        return "body_too_large";
    case Refusal::target_too_long:
        return "target_too_long";
    case Refusal::headers_too_large:
        return "headers_too_large";
    case Refusal::overloaded:
        return "overloaded";
    case Refusal::shutting_down:
        return "shutting_down";
    case Refusal::failed:
        break;
    }
    return "failed";
}

void Counters::answered(std::string_view route, int status,
                        std::chrono::steady_clock::duration time) {
    auto const seconds = std::chrono::duration<double>(time).count();
    auto const bucket = static_cast<std::size_t>(
        std::lower_bound(latency_bounds.begin(), latency_bounds.end(), seconds) -
        latency_bounds.begin());
    auto const status_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5) - 1);
    std::lock_guard const lock(mutex_);
    auto found = routes_.find(route);
    if (found == routes_.end()) {
        auto const name = routes_.size() < most_routes ? route : std::string_view("other");
        found = routes_.try_emplace(std::string(name)).first;
    }
    auto& entry = found->second;
    ++entry.by_class[status_class];
    ++entry.latency[bucket];
    entry.latency_sum += seconds;
}

void Counters::refused(Refusal refusal) noexcept {
    refusals_[static_cast<std::size_t>(refusal)].fetch_add(1, std::memory_order_relaxed);
}

void Counters::add_to(ServerStatistics& sum) const {
    sum.timeouts += timeouts_.load(std::memory_order_relaxed);
    sum.bytes_received += bytes_received_.load(std::memory_order_relaxed);
    sum.bytes_sent += bytes_sent_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < refusal_count; ++i) {
        sum.refusals[i] += refusals_[i].load(std::memory_order_relaxed);
    }
    std::lock_guard const lock(mutex_);
    for (auto const& [route, entry] : routes_) {
        auto& total = sum.routes[route];
        for (std::size_t i = 0; i < entry.by_class.size(); ++i) {
            total.by_class[i] += entry.by_class[i];
        }
        for (std::size_t i = 0; i < entry.latency.size(); ++i) {
            total.latency[i] += entry.latency[i];
        }
        total.latency_sum += entry.latency_sum;
    }
}

} // namespace loci::server
