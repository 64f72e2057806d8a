#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <loci/base/result.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loci {

/// One outbound HTTP exchange, as plain values.
struct OutboundRequest {
    std::string method = "GET";
    std::string url; ///< absolute, `http` or `https`
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    std::chrono::milliseconds timeout{10'000};      ///< for the whole exchange
    std::size_t maximum_answer = 64u * 1024 * 1024; ///< bytes of body; a longer one is an error
    std::string certificate_authority_file{}; ///< PEM trusted besides the system's; empty: none

    /// Given: takes the body of a 2xx answer piece by piece as it comes, of any length; false
    /// breaks the exchange off. `OutboundAnswer::body` then stays empty, and an answer that is
    /// silent for a minute has failed.
    std::function<bool(std::string_view piece)> receive{};
};

struct OutboundAnswer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers{}; ///< names in lower case
    std::string body{};
};

/// The only way out of the process for HTTP.
///
/// Threads: may be called from any thread at once; a call blocks.
class Transport {
public:
    virtual ~Transport() = default;

    /// Any HTTP status is a success of the exchange.
    /// Errors: `invalid` (malformed URL), `unavailable` (refused, timed out, broken off, too long).
    virtual Result<OutboundAnswer> send(OutboundRequest const& request) = 0;
};

/// Transport on libcurl: verifies certificates, follows no redirects, uses no proxy for loopback
/// addresses.
std::unique_ptr<Transport> curl_transport();

} // namespace loci
