#pragma once
#include <arpa/inet.h>
#include <cerrno>
#include <functional>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace loci::tests {

/// Listens on a free port of 127.0.0.1 and answers each request's body with the JSON that a
/// function gives, one connection after the other, until its end.
class ModelServer final {
public:
    using Answer = std::function<std::string(std::string const& body)>;

    explicit ModelServer(Answer answer)
        : answer_(std::move(answer))
        , listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::system_error{errno, std::generic_category(), "bind"};
        }
        socklen_t size = sizeof address;
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        ::listen(listener_, 8);
        thread_ = std::thread{[this] {
            for (auto peer = next(); peer >= 0; peer = next()) {
                serve(peer);
                ::close(peer);
            }
        }};
    }

    ~ModelServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }

    ModelServer(ModelServer const&) = delete;
    ModelServer& operator=(ModelServer const&) = delete;

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/v1"; }

private:
    int next() const { return ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); }

    void serve(int peer) const {
        std::string request;
        char buffer[4096];
        while (!is_complete(request)) {
            auto const count = ::recv(peer, buffer, sizeof buffer, 0);
            if (count <= 0) {
                return;
            }
            request.append(buffer, static_cast<std::size_t>(count));
        }
        auto const body = answer_(request.substr(request.find("\r\n\r\n") + 4));
        auto const answer =
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"
            "Content-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body;
        ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
    }

    static bool is_complete(std::string const& request) {
        auto const end = request.find("\r\n\r\n");
        auto const length = request.find("Content-Length: ");
        return end != std::string::npos && length != std::string::npos &&
               request.size() >= end + 4 + std::stoul(request.substr(length + 16));
    }

    Answer const answer_;
    int listener_;
    int port_ = 0;
    std::thread thread_;
};

} // namespace loci::tests
