#pragma once
#include "support/listener.hpp"

#include <thread>

namespace loci::tests {

/// Takes one connection, reads one request, sends the given bytes and closes.
class SmallServer final {
public:
    explicit SmallServer(std::string answer, bool stay_silent = false) {
        thread_ = std::thread{[this, answer = std::move(answer), stay_silent] {
            auto const connection = listener_.accept();
            request_ = read_request(connection);
            if (stay_silent) {
                char byte = 0;
                static_cast<void>(::recv(connection, &byte, 1, 0)); // until the client gives up
            }
            ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
            ::close(connection);
        }};
    }

    ~SmallServer() {
        listener_.stop();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    SmallServer(SmallServer const&) = delete;
    SmallServer& operator=(SmallServer const&) = delete;

    std::string url(std::string_view path = "/") const {
        return listener_.url() + std::string{path};
    }

    /// The request as it came, once it was answered.
    std::string const& request() {
        thread_.join();
        return request_;
    }

private:
    Listener listener_{1};
    std::string request_;
    std::thread thread_;
};

} // namespace loci::tests
