#pragma once
#include "http/message.hpp"
#include <chrono>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace loci::server {

/// How the body of an answer is delimited.
enum class Framing { length, chunked, until_close, none };

/// What an answer's head says beside the service's own words.
struct AnswerHead {
    std::string_view server{}; ///< value of `Server`; empty: left out
    std::string_view date{};   ///< as `http_date` writes it
    std::string_view request_id{};
    Framing framing = Framing::length;
    std::uint64_t length = 0;
    bool keep_alive = true;
    bool http_1_0 = false;
};

/// Appends status line and headers with the empty line. Headers of the response that the shell
/// owns, or whose text is no header (line breaks, controls), are left out.
void append_head(std::string& out, Response const& response, AnswerHead const& head);

/// One chunk of a chunked body; `piece` must not be empty.
void append_chunk(std::string& out, std::string_view piece);

/// What follows the last chunk.
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

/// Whether an answer with that status has a body at all (RFC 9110, 6.4.1).
bool may_have_body(int status) noexcept;

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string http_date(Timestamp at);

/// `http_date`, written anew once a second.
///
/// Threads: one.
class DateText final {
public:
    std::string const& at(Timestamp now);

private:
    std::chrono::sys_seconds second_{};
    std::string text_;
};

/// A client's request id when it is 1..128 printable ASCII characters.
std::optional<std::string_view> usable_request_id(RequestHead const& head) noexcept;

} // namespace loci::server
