#pragma once
#include "http/log.hpp"
#include "http/message.hpp"
#include "http/statistics.hpp"
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <loci/base/environment.hpp>
#include <loci/base/result.hpp>
#include <memory>
#include <string>
#include <vector>

namespace loci::server {

struct ServerOptions {
    /// `ADDRESS:PORT`, IPv6 in brackets; port 0 takes a free one.
    std::vector<std::string> listen{"127.0.0.1:0"};
    std::string name = "loci";      ///< value of `Server`; empty: none is sent
    std::string certificate_file{}; ///< PEM chain; with `key_file`: all listeners speak TLS
    std::string key_file{};
    std::vector<std::string> cors_origins{}; ///< or `*`; empty: no CORS

    std::size_t io_threads = 2;
    std::size_t read_threads = 0; ///< 0: as many as cores
    std::size_t write_threads = 64;
    std::size_t outbound_threads = 16;
    std::size_t read_queue = 1024; ///< requests that may wait for a thread; more are refused
    std::size_t write_queue = 1024;
    std::size_t outbound_queue = 256;
    std::size_t max_connections = 4096;

    std::size_t header_limit = 96 * 1024;
    std::size_t target_limit = 64 * 1024;
    std::size_t body_budget = 256 * 1024 * 1024; ///< all bodies in flight together
    std::size_t slowest_body = 16 * 1024;        ///< bytes a second that a sender must manage

    std::chrono::milliseconds header_timeout{15'000}; ///< first byte to end of the head
    std::chrono::milliseconds body_timeout{30'000};   ///< beside what `slowest_body` grants
    std::chrono::milliseconds idle_timeout{75'000};   ///< between two requests
    std::chrono::milliseconds write_timeout{30'000};  ///< without any progress
    std::chrono::milliseconds linger_timeout{2'000};  ///< for a client to take the last answer
    std::chrono::milliseconds stream_keep_alive{15'000};
    std::chrono::milliseconds stop_timeout{30'000}; ///< then what still runs is broken off
};

/// The HTTP/1.1 shell around a `Service`.
///
/// Threads: every function may be called from any thread at once, but not from the service's.
/// Lifetime: service and environment must outlive the server.
class Server final {
public:
    Server(ServerOptions options, Service& service, Environment environment, Log log);
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    /// Stops as `stop` does.
    ~Server();

    /// Listens and serves; once.
    /// Errors: `invalid` (a bad address, certificate or key), `unavailable` (an address in use).
    Result<void> start();

    /// The bound ports, in the order of `ServerOptions::listen`.
    std::vector<std::uint16_t> ports() const;

    /// Stops accepting, finishes what was accepted, then joins all threads. Blocks; at most
    /// `stop_timeout` plus the time of handlers that already run.
    void stop();

    ServerStatistics statistics() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace loci::server
