#pragma once
#include "http/message.hpp"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace loci::server {

/// Bytes to request head and body: the protocol without any I/O.
///
/// Threads: one at a time.
class RequestParser final {
public:
    struct Limits {
        std::size_t header = 96 * 1024; ///< request line and headers
        std::size_t target = 64 * 1024;
    };

    enum class State { more, done, refused };

    struct Step {
        State state = State::more;
        std::size_t consumed = 0;
        Refusal refusal = Refusal::malformed_request; ///< of `refused`
    };

    explicit RequestParser(Limits limits);
    ~RequestParser();

    /// Forgets the former request.
    void start();

    /// `input` starts at the first byte not consumed. While `more`, call again with more bytes
    /// behind; a head that is refused is filled as far as it was read.
    Step parse_head(std::string_view input, RequestHead& head);

    /// One step through a chunked body: appends to `body`. Call until `done` or, with all bytes
    /// consumed or not, `more`.
    Step parse_chunks(std::string_view input, std::string& body);

    // Of a head that is `done`.
    bool keep_alive() const noexcept;
    bool is_http_1_0() const noexcept;
    bool is_chunked() const noexcept;
    bool expects_continue() const noexcept;
    std::uint64_t content_length() const noexcept; ///< 0 when there is none

private:
    class Parser;
    Limits limits_;
    std::unique_ptr<Parser> parser_;
};

} // namespace loci::server
