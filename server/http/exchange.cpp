#include "http/exchange.hpp"
#include "http/answer_text.hpp"

namespace loci::server {

void Exchange::begin(RequestHead const& peer) {
    head = peer;
    head.headers.reserve(8);
    plan.route = "unplanned";
    plan.lane = Lane::read;
    denial.reset();
}

void Exchange::take_head(ShellState const& state) {
    started = std::chrono::steady_clock::now();
    auto const given = usable_request_id(head);
    head.request_id = given ? std::string(*given) : state.new_request_id();
    kept.method = head.method;
    kept.target = head.target;
    kept.peer_address = head.peer_address;
    kept.peer_is_loopback = head.peer_is_loopback;
    kept.listener_is_loopback = head.listener_is_loopback;
    kept.secure = head.secure;
    kept.request_id = head.request_id;
    cors_origin.reset();
    if (!state.options.cors_origins.empty()) {
        if (auto const* origin = head.header("origin")) {
            cors_origin = *origin;
        }
    }
}

void Exchange::report(ShellState const& state, Counters& counters, int status,
                      std::uint64_t bytes) const {
    auto const time = std::chrono::steady_clock::now() - started;
    counters.answered(plan.route, status, time);
    // Health checks and the like would drown the rest.
    auto const level = plan.lane == Lane::immediate ? LogLevel::debug : LogLevel::info;
    if (state.log.enabled(level)) {
        state.log.write(level, "request",
                        {{"request_id", kept.request_id},
                         {"method", kept.method},
                         {"route", plan.route},
                         {"status", std::int64_t{status}},
                         {"bytes", static_cast<std::int64_t>(bytes)},
                         {"duration_ms", std::chrono::duration<double, std::milli>(time).count()},
                         {"peer", kept.peer_address}});
    }
}

} // namespace loci::server
