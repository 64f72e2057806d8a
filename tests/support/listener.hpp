#pragma once
#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace loci::tests {

/// Listens on a free port of 127.0.0.1. The socket closes with the object.
class Listener final {
public:
    explicit Listener(int backlog)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            ::listen(socket_, backlog) != 0) {
            throw std::system_error{errno, std::generic_category(), "listen"};
        }
        socklen_t size = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    }

    ~Listener() { ::close(socket_); }

    Listener(Listener const&) = delete;
    Listener& operator=(Listener const&) = delete;

    /// A connection, to be closed by the caller; -1 after `stop`.
    int accept() const { return ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC); }

    /// Ends `accept` in whichever thread waits there.
    void stop() { ::shutdown(socket_, SHUT_RDWR); }

    std::string const& url() const { return url_; }

private:
    int socket_;
    std::string url_;
};

/// Head and body, whose length a header states, if it has one; what came when the client hung up
/// earlier.
inline std::string read_request(int connection) {
    constexpr std::string_view end_of_head = "\r\n\r\n";
    constexpr std::string_view length_name = "Content-Length: ";
    std::string request;
    auto const is_complete = [&] {
        auto const end = request.find(end_of_head);
        auto const length = request.find(length_name);
        auto const body =
            length < end ? std::stoul(request.substr(length + length_name.size())) : 0;
        return end != std::string::npos && request.size() >= end + end_of_head.size() + body;
    };
    char buffer[4096];
    while (!is_complete()) {
        auto const count = ::recv(connection, buffer, sizeof buffer, 0);
        if (count <= 0) {
            break;
        }
        request.append(buffer, static_cast<std::size_t>(count));
    }
    return request;
}

} // namespace loci::tests
