#pragma once
#include "support/listener.hpp"

#include <functional>
#include <thread>

namespace loci::tests {

/// Answers each request's body with the JSON that a function gives, one connection after the other,
/// until its end.
class ModelServer final {
public:
    using Answer = std::function<std::string(std::string const& body)>;

    explicit ModelServer(Answer answer)
        : answer_(std::move(answer)) {
        thread_ = std::thread{[this] {
            for (auto peer = listener_.accept(); peer >= 0; peer = listener_.accept()) {
                serve(peer);
                ::close(peer);
            }
        }};
    }

    ~ModelServer() {
        listener_.stop();
        thread_.join();
    }

    ModelServer(ModelServer const&) = delete;
    ModelServer& operator=(ModelServer const&) = delete;

    std::string url() const { return listener_.url() + "/v1"; }

private:
    void serve(int peer) const {
        auto const request = read_request(peer);
        auto const end_of_head = request.find("\r\n\r\n");
        if (end_of_head == std::string::npos) {
            return;
        }
        auto const body = answer_(request.substr(end_of_head + 4));
        auto const answer =
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"
            "Content-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body;
        ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
    }

    Answer const answer_;
    Listener listener_{8};
    std::thread thread_;
};

} // namespace loci::tests
