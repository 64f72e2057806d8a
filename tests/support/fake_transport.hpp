#pragma once
#include <deque>
#include <functional>
#include <loci/base/transport.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace loci::tests {

/// Answers as a script or a function says and keeps what was asked.
class FakeTransport final : public Transport {
public:
    using Answer = Result<OutboundAnswer>;

    Result<OutboundAnswer> send(OutboundRequest const& request) override {
        std::scoped_lock const lock{mutex_};
        requests.push_back(request);
        if (!script.empty()) {
            auto answer = std::move(script.front());
            script.pop_front();
            return answer;
        }
        return otherwise ? otherwise(request) : unreachable();
    }

    void answer(int status, std::string body,
                std::vector<std::pair<std::string, std::string>> headers = {}) {
        script.emplace_back(OutboundAnswer{status, std::move(headers), std::move(body)});
    }

    static Answer unreachable() {
        return Error{ErrorKind::unavailable, "EXCHANGE_FAILED", "nobody listens"};
    }

    std::deque<Answer> script;                               ///< taken first
    std::function<Answer(OutboundRequest const&)> otherwise; ///< absent: nobody listens
    std::vector<OutboundRequest> requests;

private:
    std::mutex mutex_;
};

} // namespace loci::tests
