#pragma once
#include "http/server.hpp"
#include "support/http_client.hpp"
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <poll.h>
#include <stdexcept>
#include <string>

namespace loci::tests {

using namespace std::chrono_literals;

/// Waits until the predicate holds; false after ten seconds.
template <class Predicate>
bool eventually(Predicate predicate) {
    auto const until = std::chrono::steady_clock::now() + 10s;
    while (!predicate()) {
        if (std::chrono::steady_clock::now() > until) {
            return false;
        }
        ::poll(nullptr, 0, 1);
    }
    return true;
}

/// A door at which handlers wait until the test opens it.
class Gate {
public:
    ~Gate() { open(); }

    void pass() {
        std::unique_lock lock(mutex_);
        ++arrived_;
        changed_.notify_all();
        changed_.wait_for(lock, 20s, [&] { return open_; }); // a failed test must not hang
    }

    void open() {
        std::lock_guard const lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

    bool wait_for(int count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 10s, [&] { return arrived_ >= count; });
    }

    int arrived() {
        std::lock_guard const lock(mutex_);
        return arrived_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int arrived_ = 0;
    bool open_ = false;
};

/// A program of a few lines: targets name the lane, `on_handle` may replace the echo.
class FakeService : public server::Service {
public:
    std::function<server::Plan(server::RequestHead const&)> on_plan;
    std::function<std::optional<server::Response>(server::RequestHead const&)> on_admit;
    std::function<server::Response(server::Request)> on_handle;
    std::function<server::Response(server::RequestHead const&, server::Refusal)> on_refuse;
    std::size_t body_limit = 1024 * 1024;

    server::Plan plan(server::RequestHead const& head) const override {
        if (on_plan) {
            return on_plan(head);
        }
        auto const path = head.target.substr(0, head.target.find('?'));
        auto lane = server::Lane::read;
        if (path == "/fast") {
            lane = server::Lane::immediate;
        } else if (path == "/write") {
            lane = server::Lane::write;
        } else if (path == "/outbound") {
            lane = server::Lane::outbound;
        }
        return {.lane = lane, .body_limit = body_limit, .route = head.method + " route"};
    }

    std::optional<server::Response> admit(server::RequestHead const& head) override {
        return on_admit ? on_admit(head) : std::nullopt;
    }

    server::Response handle(server::Request request) override {
        if (on_handle) {
            return on_handle(std::move(request));
        }
        return {.content_type = "text/plain",
                .body = request.head.method + ' ' + request.head.target + ' ' + request.body};
    }

    server::Response refuse(server::RequestHead const& head,
                            server::Refusal refusal) const override {
        if (on_refuse) {
            return on_refuse(head, refusal);
        }
        using server::Refusal;
        int status = 503;
        switch (refusal) {
        case Refusal::malformed_request:
            status = 400;
            break;
        case Refusal::request_timeout:
            status = 408;
            break;
        case Refusal::body_too_large:
            status = 413;
            break;
        case Refusal::target_too_long:
            status = 414;
            break;
        case Refusal::headers_too_large:
            status = 431;
            break;
        case Refusal::overloaded:
        case Refusal::shutting_down:
            break;
        case Refusal::failed:
            status = 500;
            break;
        }
        return {.status = status, .content_type = "text/plain", .body = to_string(refusal)};
    }
};

/// A running server on a free port of 127.0.0.1.
class TestServer {
public:
    explicit TestServer(server::Service& service, server::ServerOptions options = {},
                        server::Log log = server::Log::none())
        : server_(with_few_threads(std::move(options)), service, system_environment(),
                  std::move(log)) {
        if (auto const started = server_.start(); !started) {
            throw std::runtime_error(started.error().message);
        }
    }

    std::uint16_t port() const { return server_.ports().front(); }

    HttpClient client(HttpClient::Options options = {}) const {
        return HttpClient(port(), std::move(options));
    }

    server::Server* operator->() { return &server_; }

private:
    static server::ServerOptions with_few_threads(server::ServerOptions options) {
        options.write_threads = std::min<std::size_t>(options.write_threads, 4);
        options.outbound_threads = std::min<std::size_t>(options.outbound_threads, 2);
        return options;
    }

    server::Server server_;
};

} // namespace loci::tests
