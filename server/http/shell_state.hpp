#pragma once
#include "http/cors.hpp"
#include "http/log.hpp"
#include "http/message.hpp"
#include "http/server.hpp"
#include "http/worker_pool.hpp"
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <loci/base/environment.hpp>
#include <mutex>
#include <string>

namespace loci::server {

/// What all connections share.
struct ShellState {
    ShellState(ServerOptions given, Service& program, Environment surroundings, Log lines);

    ServerOptions const options;
    Service& service;
    Environment const environment;
    Log const log;
    Cors const cors;
    WorkerPool read;
    WorkerPool write;
    WorkerPool outbound;
    Counters counters; ///< of refusals; I/O threads have their own beside it
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> turned_away{0}; ///< still taking their 503
    std::atomic<std::uint64_t> accepted{0};
    std::atomic<std::uint64_t> refused_connections{0};
    std::atomic<std::uint64_t> accept_failures{0};
    std::atomic<std::size_t> body_bytes{0};
    std::atomic<bool> stopping{false};

    WorkerPool& pool(Lane lane) noexcept;

    /// Takes a connection off its counter, and wakes `wait_until_quiet` after the last one.
    void connection_ended(std::atomic<std::size_t>& counter);

    /// True when all connections have ended within that time.
    bool wait_until_quiet(std::chrono::milliseconds time);

    /// A request id of our own.
    std::string new_request_id() const;

    // The service's functions, but that an exception becomes `Refusal::failed` (of a stream: an
    // error) and a log line.
    Plan plan(RequestHead const& head);
    std::optional<Response> admit(RequestHead const& head);
    Response handle(Request request, RequestHead const& kept, std::string_view route);

    Result<std::optional<std::string>> next(BodyStream& stream, RequestHead const& kept,
                                            std::string_view route);

    /// Words a refusal, and adds `Retry-After` to a 503 without.
    Response refuse(RequestHead const& head, Refusal refusal);

private:
    std::mutex mutex_; ///< of `quiet_` alone
    std::condition_variable quiet_;
};

/// A share of the budget for bodies in flight, given back at its end.
class BodyShare final {
public:
    explicit BodyShare(ShellState& state)
        : state_(state) {}

    BodyShare(BodyShare const&) = delete;
    BodyShare& operator=(BodyShare const&) = delete;

    ~BodyShare() { release(); }

    /// False, and nothing taken, when the budget does not have them.
    bool grow_to(std::size_t bytes) noexcept;
    void release() noexcept;

private:
    ShellState& state_;
    std::size_t bytes_ = 0;
};

} // namespace loci::server
