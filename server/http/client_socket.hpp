#pragma once
#include "http/statistics.hpp"
// The plain executor of one io_context instead of Asio's type-erased one: quicker to run and to
// compile, and a connection never changes its thread. See server.cpp for the compile costs.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace loci::server {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
template <class T>
using Awaitable = asio::awaitable<T, Executor>;

/// A client's socket, plain or under TLS, with a deadline on every wait.
///
/// A deadline is a number that a sweep compares (`check`): thousands of timers would cost more than
/// what they guard.
///
/// Threads: its I/O thread alone.
class ClientSocket final {
public:
    using Instant = std::chrono::steady_clock::time_point;

    /// `tls` null: plain.
    ClientSocket(Socket socket, asio::ssl::context* tls, Counters& counters);
    ClientSocket(ClientSocket const&) = delete;
    ClientSocket& operator=(ClientSocket const&) = delete;
    ~ClientSocket();

    bool is_secure() const noexcept { return tls_.has_value(); }

    std::string const& peer_address() const noexcept { return peer_address_; }

    bool peer_is_loopback() const noexcept { return peer_is_loopback_; }

    /// Under TLS the handshake; else nothing.
    Awaitable<bool> open(Instant deadline);

    /// Some bytes; 0 at the end, after an error, and when the deadline has passed (`timed_out`).
    Awaitable<std::size_t> receive(std::span<char> room, Instant deadline);

    /// Sends `first`, then `second`; false (and `is_broken`) when the client is gone or takes
    /// nothing for `patience`.
    Awaitable<bool> send(std::string_view first, std::string_view second,
                         std::chrono::milliseconds patience);

    /// Says that nothing follows, then reads until the client ends too: closing with unread bytes
    /// in the kernel would reset the connection, and the client might lose the last answer.
    Awaitable<void> close_gently(std::span<char> waste, Instant deadline);

    /// Ends a wait whose deadline has passed.
    void check(Instant now);

    /// Ends the wait in progress.
    void interrupt();

    /// Closes at once.
    void break_off();

    bool timed_out() const noexcept { return timed_out_; }

    bool is_broken() const noexcept { return broken_; }

    /// Bytes wait in the kernel.
    bool has_unread() const;

    /// The client has reset the connection or, where that means leaving, closed its half.
    bool client_left(bool half_closed_is_left);

private:
    std::size_t send_now(std::string_view first, std::string_view second);

    Socket socket_;
    std::optional<asio::ssl::stream<Socket&>> tls_;
    Counters& counters_;
    std::string peer_address_;
    bool peer_is_loopback_ = false;
    Instant deadline_ = Instant::max();
    bool timed_out_ = false;
    bool broken_ = false;
};

} // namespace loci::server
