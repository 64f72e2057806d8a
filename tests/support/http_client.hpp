#pragma once
#include <boost/json/fwd.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A small blocking HTTP/1.1 client on plain POSIX sockets, for tests: it can also say what no
/// decent client says.
namespace loci::tests {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
    int status = 0;
    HttpHeaders headers{}; ///< names in lower case, in order
    std::string body{};
    bool chunked = false;

    /// The first header of that (lower-case) name, or an empty string.
    std::string header(std::string_view name) const;
    std::size_t count(std::string_view name) const;

    /// The body as JSON; throws when it is none.
    boost::json::value json() const;
};

/// One event of a `text/event-stream`; a comment has only `comment` set.
struct ServerSentEvent {
    std::string event{};
    std::string data{}; ///< lines joined with `\n`
    std::string id{};
    std::string comment{};
};

/// One connection to a server on this machine, opened at first use and kept alive.
///
/// Errors: every function throws `std::runtime_error` on a timeout, a closed connection where
/// something was expected, or an answer that is not HTTP.
/// Threads: one at a time.
class HttpClient final {
public:
    struct Options {
        std::string address = "127.0.0.1";
        std::chrono::milliseconds timeout{10'000}; ///< for each wait
        HttpHeaders headers{};                     ///< sent with every request, e.g. a credential
        int receive_buffer = 0;                    ///< bytes; 0 leaves the system's choice
    };

    explicit HttpClient(std::uint16_t port);
    HttpClient(std::uint16_t port, Options options);
    HttpClient(HttpClient&& other) noexcept;
    HttpClient& operator=(HttpClient&&) = delete;
    ~HttpClient();

    HttpAnswer get(std::string_view target, HttpHeaders const& headers = {});
    HttpAnswer remove(std::string_view target, HttpHeaders const& headers = {});

    /// With `Content-Type: application/json`.
    HttpAnswer post(std::string_view target, std::string_view body,
                    HttpHeaders const& headers = {});
    HttpAnswer post_json(std::string_view target, boost::json::value const& body,
                         HttpHeaders const& headers = {});

    /// Any request. Opens a new connection when the server had closed the former one in between.
    HttpAnswer request(std::string_view method, std::string_view target, std::string_view body = {},
                       HttpHeaders const& headers = {});

    /// The text of a request as `request` sends it.
    std::string compose(std::string_view method, std::string_view target, std::string_view body,
                        HttpHeaders const& headers) const;

    void connect();
    bool connected() const noexcept;
    void send_raw(std::string_view bytes);

    /// Sends what the server takes; false when it has closed the connection.
    bool try_send_raw(std::string_view bytes);

    /// A whole answer; `to_head`: to a HEAD request, so without a body.
    HttpAnswer read_answer(bool to_head = false);

    /// Status line and headers only, e.g. of a 100 or before `read_chunk`.
    HttpAnswer read_head();

    /// The next chunk of a chunked body; nullopt after the last.
    std::optional<std::string> read_chunk();

    /// The next event or comment of a chunked event stream; nullopt at its end.
    std::optional<ServerSentEvent> read_event();

    /// Reads to the end of the connection and returns what came; throws when it stays open.
    std::string read_to_end();

    /// True when the server closes (or resets) the connection within the timeout.
    bool wait_closed();

    /// Bytes can be read, or the end, within that time.
    bool readable_within(std::chrono::milliseconds time);

    void shutdown_write();
    void close();

    /// Closes with a reset, as a crashed client does.
    void reset();

    int socket() const noexcept { return socket_; }

private:
    bool receive();
    void need(std::size_t bytes);
    std::string read_line();
    void read_body(HttpAnswer& answer);

    std::uint16_t port_;
    Options options_;
    int socket_ = -1;
    std::string input_;
    std::string events_;
};

} // namespace loci::tests
