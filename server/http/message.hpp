#pragma once
#include <cstddef>
#include <loci/base/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What the HTTP shell and the API exchange: plain values, no Beast.
namespace loci::server {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Everything of a request but its body.
struct RequestHead {
    std::string method; ///< upper case, as sent
    std::string target; ///< as sent, origin-form, at most 64 KiB
    Headers headers;    ///< names in lower case, in order, repeated ones kept
    std::string peer_address;
    bool peer_is_loopback = false;
    bool listener_is_loopback = false;
    bool secure = false;
    std::string
        request_id; ///< the client's, if it is 1..128 printable ASCII characters, else a new one

    /// The first header of that (lower-case) name, or null.
    std::string const* header(std::string_view name) const noexcept;
    std::size_t count(std::string_view name) const noexcept;
};

struct Request {
    RequestHead head;
    std::string body;
};

/// A body that is produced while it is sent. Destroyed when the client goes away.
class BodyStream {
public:
    virtual ~BodyStream() = default;

    /// The next piece, not empty; nullopt at the end. Runs in the lane of the request; called again
    /// only after the former piece has been handed to the client (back-pressure). An error breaks
    /// the connection off.
    virtual Result<std::optional<std::string>> next() = 0;
};

struct Response {
    int status = 200;
    std::string content_type = "application/json";
    Headers headers{}; ///< beside content type, length, date and request id, which the shell adds
    std::string body{};
    std::unique_ptr<BodyStream> stream{}; ///< set: sent in chunks instead of `body`
};

/// Where a request's work runs, so that no kind of it can starve another.
enum class Lane { immediate, read, write, outbound };

/// What the shell must know before it reads the body.
struct Plan {
    Lane lane = Lane::read;
    std::size_t body_limit = 0;
    std::optional<Response>
        answer{};      ///< already decided (404, 405, bad target): the body is not read
    std::string route; ///< for logs and metrics, e.g. `POST /v1/memory/write`; never with ids
};

/// Why the shell itself turns a request down; the service words it in the dialect of the target.
enum class Refusal {
    malformed_request, // 400
    request_timeout,   // 408
    body_too_large,    // 413
    target_too_long,   // 414
    headers_too_large, // 431
    overloaded,        // 503 with Retry-After
    shutting_down,     // 503
    failed             // 500: an exception reached the shell
};

/// The program behind the shell.
///
/// Threads: every function may be called from any thread at once.
class Service {
public:
    virtual ~Service() = default;

    /// Pure and quick: runs on an I/O thread.
    virtual Plan plan(RequestHead const& head) const = 0;

    /// Credentials and rate limits; an answer turns the request down. Runs in a lane, before the
    /// body is read, when the body is longer than 64 KiB or of unknown length; `handle` repeats the
    /// check in every case.
    virtual std::optional<Response> admit(RequestHead const& head) = 0;

    /// Runs in the planned lane; for `Lane::immediate` on an I/O thread, where it must not block.
    virtual Response handle(Request request) = 0;

    virtual Response refuse(RequestHead const& head, Refusal refusal) const = 0;
};

} // namespace loci::server
