#pragma once
#include <chrono>
#include <loci/base/environment.hpp>
#include <loci/base/result.hpp>
#include <loci/memory/openai.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Clients of servers that speak OpenAI's wire format.
namespace loci::openai {

/// Sends requests, and sends them again where that can help.
///
/// Threads: every function may be called from any thread at once. A call blocks.
class Service {
public:
    /// Nullopt: the settings can be used.
    static std::optional<Error> check(memory::OpenAiServer const& server);

    Service(memory::OpenAiServer server, Environment const& environment);

    struct Request {
        std::string_view path;                  ///< after the base URL, e.g. `/embeddings`
        std::string body;                       ///< JSON
        std::chrono::milliseconds timeout;      ///< of one exchange
        std::chrono::milliseconds patience;     ///< the last exchange begins within this
        std::span<std::string const> secrets{}; ///< texts that no error message may repeat
    };

    /// The body of the first successful answer.
    /// Errors: `unavailable`; `invalid`, `unauthenticated`, `forbidden`, `not_found` (the server
    /// refuses; `MODEL_SERVER_REFUSED`).
    Result<std::string> post(Request const& request);

    /// A successful answer that makes no sense.
    static Error faulty(std::string what);

private:
    std::chrono::milliseconds wait_before(int attempt);

    memory::OpenAiServer const server_;
    Environment const environment_;
};

/// The wait that an answer asks for by its header `Retry-After`, in either form.
std::optional<std::chrono::seconds> retry_after(OutboundAnswer const& answer, Timestamp now);

} // namespace loci::openai
