#include "api/pages/probe.hpp"

namespace loci::server {
namespace {

constexpr std::chrono::milliseconds interval{500};
constexpr std::chrono::seconds slow_after{1};
constexpr std::chrono::seconds unreachable_after{5};

} // namespace

char const* to_string(StoreState state) noexcept {
    switch (state) {
    case StoreState::reachable:
        return "healthy";
    case StoreState::slow:
        return "degraded";
    case StoreState::unreachable:
        return "unhealthy";
    }
    return "unhealthy";
}

StoreProbe::StoreProbe(store::Database& database)
    : database_(database)
    , clock_(database.environment().clock) {
    probe();
    thread_ = std::jthread{[this](std::stop_token const& stop) { run(stop); }};
}

StoreState StoreProbe::state() const {
    std::lock_guard const lock{mutex_};
    if (asked_at_) {
        auto const waited = clock_.now() - *asked_at_;
        if (waited >= unreachable_after) {
            return StoreState::unreachable;
        }
        if (waited >= slow_after) {
            return StoreState::slow;
        }
    }
    return answered_ ? StoreState::reachable : StoreState::unreachable;
}

void StoreProbe::probe() {
    {
        std::lock_guard const lock{mutex_};
        asked_at_ = clock_.now();
    }
    auto const answer = database_.read<std::int64_t>(
        [](store::ReadTransaction& transaction) -> Result<std::int64_t> {
            return transaction.last_change();
        });
    std::lock_guard const lock{mutex_};
    answered_ = answer.has_value();
    asked_at_.reset();
}

void StoreProbe::run(std::stop_token const& stop) {
    while (clock_.wait_until(stop, clock_.now() + interval)) {
        probe();
    }
}

} // namespace loci::server
