#pragma once
#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace loci::tests {

/// Listens on a free port of 127.0.0.1, takes one connection, reads one request whose body has the
/// stated length, sends the given bytes and closes.
class SmallServer final {
public:
    explicit SmallServer(std::string answer, bool stay_silent = false)
        : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::system_error{errno, std::generic_category(), "bind"};
        }
        socklen_t size = sizeof address;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        ::listen(listener_, 1);
        thread_ = std::thread{[this, answer = std::move(answer), stay_silent] {
            auto const connection = ::accept(listener_, nullptr, nullptr);
            read_request(connection);
            if (stay_silent) {
                char byte = 0;
                static_cast<void>(::recv(connection, &byte, 1, 0)); // until the client gives up
            }
            ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
            ::close(connection);
        }};
    }

    ~SmallServer() {
        ::shutdown(listener_, SHUT_RDWR);
        if (thread_.joinable()) {
            thread_.join();
        }
        ::close(listener_);
    }

    SmallServer(SmallServer const&) = delete;
    SmallServer& operator=(SmallServer const&) = delete;

    std::string url(std::string_view path = "/") const {
        return "http://127.0.0.1:" + std::to_string(port_) + std::string{path};
    }

    /// The request as it came, once it was answered.
    std::string const& request() {
        thread_.join();
        return request_;
    }

private:
    void read_request(int connection) {
        char buffer[4096];
        while (!is_complete()) {
            auto const count = ::recv(connection, buffer, sizeof buffer, 0);
            if (count <= 0) {
                return;
            }
            request_.append(buffer, static_cast<std::size_t>(count));
        }
    }

    bool is_complete() const {
        auto const end = request_.find("\r\n\r\n");
        if (end == std::string::npos) {
            return false;
        }
        auto const length = request_.find("Content-Length: ");
        auto const expected =
            length == std::string::npos ? 0u : std::stoul(request_.substr(length + 16));
        return request_.size() >= end + 4 + expected;
    }

    int listener_;
    int port_ = 0;
    std::string request_;
    std::thread thread_;
};

} // namespace loci::tests
