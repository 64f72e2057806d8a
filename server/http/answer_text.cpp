#include "http/answer_text.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <fmt/format.h>
#include <iterator>

namespace loci::server {

namespace {

std::string_view reason_of(int status) noexcept {
    switch (status) {
    case 200:
        return "OK";
    case 201:
        return "Created";
    case 202:
        return "Accepted";
    case 204:
        return "No Content";
    case 206:
        return "Partial Content";
    case 207:
        return "Multi-Status";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 303:
        return "See Other";
    case 304:
        return "Not Modified";
    case 307:
        return "Temporary Redirect";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 402:
        return "Payment Required";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 410:
        return "Gone";
    case 411:
        return "Length Required";
    case 412:
        return "Precondition Failed";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 421:
        return "Misdirected Request";
    case 422:
        return "Unprocessable Content";
    case 423:
        return "Locked";
    case 428:
        return "Precondition Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 502:
        return "Bad Gateway";
    case 503:
        return "Service Unavailable";
    case 504:
        return "Gateway Timeout";
    case 507:
        return "Insufficient Storage";
    default:
        return "Status";
    }
}

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_name(std::string_view name, std::string_view lower_case) noexcept {
    return std::equal(name.begin(), name.end(), lower_case.begin(), lower_case.end(),
                      [](char a, char b) { return lower(a) == b; });
}

bool belongs_to_shell(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 6> own{
        "content-type", "content-length", "transfer-encoding",
        "connection",   "date",           "x-request-id"};
    return std::any_of(own.begin(), own.end(),
                       [&](std::string_view entry) { return is_name(name, entry); });
}

bool is_token(std::string_view name) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        auto const letter = lower(c);
        return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
               marks.find(c) != std::string_view::npos;
    });
}

bool is_value(std::string_view value) noexcept {
    return std::none_of(value.begin(), value.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

template <class Number>
void append_number(std::string& out, Number number, int base = 10) {
    std::array<char, 20> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
    out.append(digits.data(), end);
}

void append_framing(std::string& out, AnswerHead const& head) {
    if (head.framing == Framing::length) {
        out += "Content-Length: ";
        append_number(out, head.length);
        out += "\r\n";
    } else if (head.framing == Framing::chunked) {
        out += "Transfer-Encoding: chunked\r\n";
    }
    if (!head.keep_alive) {
        out += "Connection: close\r\n";
    } else if (head.http_1_0) {
        out += "Connection: keep-alive\r\n";
    }
}

} // namespace

void append_head(std::string& out, Response const& response, AnswerHead const& head) {
    out += "HTTP/1.1 ";
    append_number(out, response.status);
    out.append(1, ' ').append(reason_of(response.status)).append("\r\n");
    if (!head.server.empty()) {
        append_field(out, "Server", head.server);
    }
    append_field(out, "Date", head.date);
    append_field(out, "X-Request-Id", head.request_id);
    if (!response.content_type.empty() && is_value(response.content_type) &&
        may_have_body(response.status)) {
        append_field(out, "Content-Type", response.content_type);
    }
    for (auto const& [name, value] : response.headers) {
        if (!belongs_to_shell(name) && is_token(name) && is_value(value)) {
            append_field(out, name, value);
        }
    }
    append_framing(out, head);
    out += "\r\n";
}

void append_chunk(std::string& out, std::string_view piece) {
    append_number(out, piece.size(), 16);
    out.append("\r\n").append(piece).append("\r\n");
}

bool may_have_body(int status) noexcept {
    return status >= 200 && status != 204 && status != 304;
}

std::string http_date(Timestamp at) {
    constexpr std::array<char const*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<char const*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const second = std::chrono::floor<std::chrono::seconds>(at);
    auto const day = std::chrono::floor<std::chrono::days>(second);
    std::chrono::year_month_day const date{day};
    std::chrono::hh_mm_ss const time{second - day};
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday{day}.c_encoding()],
        static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
        time.seconds().count());
}

std::string const& DateText::at(Timestamp now) {
    auto const second = std::chrono::floor<std::chrono::seconds>(now);
    if (second != second_ || text_.empty()) {
        second_ = second;
        text_ = http_date(second);
    }
    return text_;
}

std::optional<std::string_view> usable_request_id(RequestHead const& head) noexcept {
    auto const* id = head.header("x-request-id");
    if (id == nullptr || id->empty() || id->size() > 128 ||
        !std::all_of(id->begin(), id->end(), [](char c) { return c >= 0x20 && c < 0x7f; })) {
        return std::nullopt;
    }
    return *id;
}

} // namespace loci::server
