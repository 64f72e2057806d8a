#include "http/shell_state.hpp"
#include <algorithm>
#include <exception>
#include <loci/base/ids.hpp>
#include <thread>
#include <utility>

namespace loci::server {

namespace {

std::size_t read_threads(ServerOptions const& options) {
    auto const cores = std::max<std::size_t>(std::thread::hardware_concurrency(), 1);
    return options.read_threads > 0 ? options.read_threads : cores;
}

void log_failure(Log const& log, RequestHead const& head, std::string_view route,
                 std::exception const* error) {
    log.write(LogLevel::error, "a handler failed",
              {{"request_id", head.request_id},
               {"method", head.method},
               {"route", route},
               {"error", std::string_view(error != nullptr ? error->what() : "no std::exception")
                             .substr(0, 200)}});
}

// Runs `work`; when it throws, logs and returns what `fallback` makes.
template <class Work, class Fallback>
auto guarded(Log const& log, RequestHead const& head, std::string_view route, Work work,
             Fallback fallback) -> decltype(work()) {
    try {
        return work();
    } catch (std::exception const& error) {
        log_failure(log, head, route, &error);
    } catch (...) {
        log_failure(log, head, route, nullptr);
    }
    return fallback();
}

} // namespace

ShellState::ShellState(ServerOptions given, Service& program, Environment surroundings, Log lines)
    : options(std::move(given))
    , service(program)
    , environment(surroundings)
    , log(std::move(lines))
    , cors(options.cors_origins)
    , read("read", read_threads(options), options.read_queue)
    , write("write", options.write_threads, options.write_queue)
    , outbound("outbound", options.outbound_threads, options.outbound_queue) {}

WorkerPool& ShellState::pool(Lane lane) noexcept {
    switch (lane) {
    case Lane::write:
        return write;
    case Lane::outbound:
        return outbound;
    case Lane::immediate:
    case Lane::read:
        break;
    }
    return read;
}

void ShellState::connection_ended(std::atomic<std::size_t>& counter) {
    if (counter.fetch_sub(1) == 1 && stopping.load()) {
        std::lock_guard const lock(mutex_);
        quiet_.notify_all();
    }
}

bool ShellState::wait_until_quiet(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return quiet_.wait_for(lock, time,
                           [&] { return connections.load() == 0 && turned_away.load() == 0; });
}

std::string ShellState::new_request_id() const {
    return to_prefixed("req", environment.ids.time_ordered());
}

Plan ShellState::plan(RequestHead const& head) {
    return guarded(
        log, head, "unplanned", [&] { return service.plan(head); },
        [&] {
            return Plan{.lane = Lane::immediate,
                        .answer = refuse(head, Refusal::failed),
                        .route = "unplanned"};
        });
}

std::optional<Response> ShellState::admit(RequestHead const& head) {
    return guarded(
        log, head, "admit", [&] { return service.admit(head); },
        [&]() -> std::optional<Response> { return refuse(head, Refusal::failed); });
}

Response ShellState::handle(Request request, RequestHead const& kept, std::string_view route) {
    return guarded(
        log, kept, route, [&] { return service.handle(std::move(request)); },
        [&] { return refuse(kept, Refusal::failed); });
}

Result<std::optional<std::string>> ShellState::next(BodyStream& stream, RequestHead const& kept,
                                                    std::string_view route) {
    using Piece = Result<std::optional<std::string>>;
    return guarded(
        log, kept, route, [&] { return stream.next(); },
        [] {
            return Piece(
                Error{.kind = ErrorKind::internal, .reason = "STREAM_FAILED", .message = {}});
        });
}

Response ShellState::refuse(RequestHead const& head, Refusal refusal) {
    counters.refused(refusal);
    auto response = guarded(
        log, head, "refuse", [&] { return service.refuse(head, refusal); },
        [] { return Response{.status = 500, .content_type = {}}; });
    auto const is_retry = [](auto const& entry) { return entry.first == "Retry-After"; };
    if (response.status == 503 &&
        std::none_of(response.headers.begin(), response.headers.end(), is_retry)) {
        response.headers.emplace_back("Retry-After", "1");
    }
    return response;
}

bool BodyShare::grow_to(std::size_t bytes) noexcept {
    if (bytes <= bytes_) {
        return true;
    }
    auto const more = bytes - bytes_;
    auto taken = state_.body_bytes.load(std::memory_order_relaxed);
    do {
        if (more > state_.options.body_budget || taken > state_.options.body_budget - more) {
            return false;
        }
    } while (
        !state_.body_bytes.compare_exchange_weak(taken, taken + more, std::memory_order_relaxed));
    bytes_ = bytes;
    return true;
}

void BodyShare::release() noexcept {
    state_.body_bytes.fetch_sub(std::exchange(bytes_, 0), std::memory_order_relaxed);
}

} // namespace loci::server
