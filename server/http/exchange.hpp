#pragma once
#include "http/message.hpp"
#include "http/shell_state.hpp"
#include "http/statistics.hpp"
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace loci::server {

/// The request in hand on a connection, and what is known of it.
struct Exchange {
    RequestHead head{};
    RequestHead kept{}; ///< of `head` without headers, for when it has gone to the handler
    std::optional<std::string> cors_origin{}; ///< only while CORS is on
    Plan plan{};
    std::optional<Response> denial{}; ///< the answer instead of the handler's
    std::chrono::steady_clock::time_point started{};

    /// Forgets the former request; `peer` has everything about the connection.
    void begin(RequestHead const& peer);

    /// Once the head is there, whole or not: gives it its id and keeps what is needed later.
    void take_head(ShellState const& state);

    /// Counts and logs an answer: never the target, a header or a body.
    void report(ShellState const& state, Counters& counters, int status, std::uint64_t bytes) const;
};

} // namespace loci::server
