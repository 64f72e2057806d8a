#include "http/client_socket.hpp"
#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <sys/socket.h>
#include <tuple>

namespace loci::server {

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable_t<Executor>{});

} // namespace

ClientSocket::ClientSocket(Socket socket, asio::ssl::context* tls, Counters& counters)
    : socket_(std::move(socket))
    , counters_(counters) {
    boost::system::error_code error;
    auto address = socket_.remote_endpoint(error).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    peer_address_ = error ? std::string{} : address.to_string();
    peer_is_loopback_ = !error && address.is_loopback();
    if (tls != nullptr) {
        tls_.emplace(socket_, *tls);
    }
}

ClientSocket::~ClientSocket() {
    boost::system::error_code error;
    socket_.close(error);
}

void ClientSocket::check(Instant now) {
    if (now >= deadline_) {
        deadline_ = Instant::max();
        timed_out_ = true;
        interrupt();
    }
}

void ClientSocket::interrupt() {
    boost::system::error_code error;
    socket_.cancel(error);
}

void ClientSocket::break_off() {
    broken_ = true;
    boost::system::error_code error;
    socket_.close(error);
}

bool ClientSocket::has_unread() const {
    boost::system::error_code error;
    return socket_.available(error) > 0 && !error;
}

bool ClientSocket::client_left(bool half_closed_is_left) {
    char byte = 0;
    auto const count = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count == 0) {
        return half_closed_is_left;
    }
    return count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
}

Awaitable<bool> ClientSocket::open(Instant deadline) {
    if (tls_) {
        timed_out_ = false;
        deadline_ = deadline;
        auto const [error] =
            co_await tls_->async_handshake(asio::ssl::stream_base::server, as_result);
        deadline_ = Instant::max();
        broken_ = broken_ || error;
    }
    co_return !broken_;
}

Awaitable<std::size_t> ClientSocket::receive(std::span<char> room, Instant deadline) {
    auto const buffer = asio::buffer(room.data(), room.size());
    boost::system::error_code error;
    std::size_t count = 0;
    timed_out_ = false;
    deadline_ = deadline;
    if (tls_) {
        std::tie(error, count) = co_await tls_->async_read_some(buffer, as_result);
    } else {
        std::tie(error, count) = co_await socket_.async_read_some(buffer, as_result);
    }
    deadline_ = Instant::max();
    counters_.received(count);
    co_return count;
}

// What the kernel takes at once, which is most answers: no turn through the event loop.
std::size_t ClientSocket::send_now(std::string_view first, std::string_view second) {
    boost::system::error_code error;
    if (tls_ || broken_) {
        return 0;
    }
    if (second.empty()) {
        return socket_.write_some(asio::buffer(first), error);
    }
    std::array<asio::const_buffer, 2> const buffers{asio::buffer(first), asio::buffer(second)};
    return socket_.write_some(buffers, error);
}

Awaitable<bool> ClientSocket::send(std::string_view first, std::string_view second,
                                   std::chrono::milliseconds patience) {
    auto const take = [&](std::size_t count) {
        auto const head = std::min(count, first.size());
        first.remove_prefix(head);
        second.remove_prefix(count - head);
        counters_.sent(count);
    };
    take(send_now(first, second));
    while (!broken_ && first.size() + second.size() > 0) {
        timed_out_ = false;
        deadline_ = std::chrono::steady_clock::now() + patience;
        boost::system::error_code error;
        std::size_t count = 0;
        if (tls_) {
            auto const buffer = asio::buffer(first.empty() ? second : first);
            std::tie(error, count) = co_await tls_->async_write_some(buffer, as_result);
        } else {
            std::array<asio::const_buffer, 2> const buffers{asio::buffer(first),
                                                            asio::buffer(second)};
            std::tie(error, count) = co_await socket_.async_write_some(buffers, as_result);
        }
        deadline_ = Instant::max();
        take(count);
        broken_ = broken_ || error;
    }
    if (broken_ && timed_out_) {
        counters_.timed_out();
    }
    co_return !broken_;
}

Awaitable<void> ClientSocket::close_gently(std::span<char> waste, Instant deadline) {
    if (broken_) {
        co_return;
    }
    deadline_ = deadline;
    if (tls_) {
        co_await tls_->async_shutdown(as_result);
    }
    boost::system::error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    timed_out_ = false;
    while (!error && !timed_out_) {
        deadline_ = deadline;
        auto const buffer = asio::buffer(waste.data(), waste.size());
        std::size_t count = 0;
        std::tie(error, count) = co_await socket_.async_read_some(buffer, as_result);
    }
}

} // namespace loci::server
