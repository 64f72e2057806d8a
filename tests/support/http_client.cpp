#include "support/http_client.hpp"
#include <algorithm>
#include <arpa/inet.h>
#include <boost/json.hpp>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace loci::tests {

namespace {

[[noreturn]] void fail(std::string const& what) {
    throw std::runtime_error("http client: " + what);
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

std::string_view trimmed(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::size_t parse_number(std::string_view text, int base) {
    std::size_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end == text.data()) {
        fail("a number was expected: " + std::string(text));
    }
    return value;
}

bool wait_for(int socket, short events, std::chrono::milliseconds time) {
    pollfd entry{.fd = socket, .events = events, .revents = 0};
    auto const until = std::chrono::steady_clock::now() + time;
    for (;;) {
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        int const ready = ::poll(&entry, 1, static_cast<int>(std::max<long>(left.count(), 0)));
        if (ready >= 0 || errno != EINTR) {
            return ready > 0;
        }
    }
}

sockaddr_storage address_of(std::string const& text, std::uint16_t port, socklen_t& length) {
    sockaddr_storage storage{};
    auto& four = reinterpret_cast<sockaddr_in&>(storage);
    auto& six = reinterpret_cast<sockaddr_in6&>(storage);
    if (::inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
        four.sin_family = AF_INET;
        four.sin_port = htons(port);
        length = sizeof four;
    } else if (::inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) == 1) {
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(port);
        length = sizeof six;
    } else {
        fail("not an address: " + text);
    }
    return storage;
}

ServerSentEvent parse_event(std::string_view block) {
    ServerSentEvent event;
    while (!block.empty()) {
        auto const end = block.find('\n');
        auto const line = block.substr(0, end);
        block.remove_prefix(end == std::string_view::npos ? block.size() : end + 1);
        auto const colon = line.find(':');
        auto const name = line.substr(0, colon);
        auto value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
        if (!value.empty() && value.front() == ' ') {
            value.remove_prefix(1);
        }
        if (name == "data") {
            event.data += (event.data.empty() ? "" : "\n") + std::string(value);
        } else if (name == "event") {
            event.event = value;
        } else if (name == "id") {
            event.id = value;
        } else if (name.empty() && colon == 0) {
            event.comment = value;
        }
    }
    return event;
}

} // namespace

std::string HttpAnswer::header(std::string_view name) const {
    auto const found = std::find_if(headers.begin(), headers.end(),
                                    [&](auto const& entry) { return entry.first == name; });
    return found == headers.end() ? std::string{} : found->second;
}

std::size_t HttpAnswer::count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(
        headers.begin(), headers.end(), [&](auto const& entry) { return entry.first == name; }));
}

boost::json::value HttpAnswer::json() const {
    return boost::json::parse(body);
}

HttpClient::HttpClient(std::uint16_t port)
    : HttpClient(port, Options{}) {}

HttpClient::HttpClient(std::uint16_t port, Options options)
    : port_(port)
    , options_(std::move(options)) {}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : port_(other.port_)
    , options_(std::move(other.options_))
    , socket_(std::exchange(other.socket_, -1))
    , input_(std::move(other.input_))
    , events_(std::move(other.events_)) {}

HttpClient::~HttpClient() {
    close();
}

void HttpClient::connect() {
    close();
    input_.clear();
    events_.clear();
    socklen_t length = 0;
    auto const address = address_of(options_.address, port_, length);
    socket_ = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) {
        fail(fmt::format("socket: errno {}", errno));
    }
    int const yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (options_.receive_buffer > 0) {
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &options_.receive_buffer,
                     sizeof options_.receive_buffer);
    }
    if (::connect(socket_, reinterpret_cast<sockaddr const*>(&address), length) != 0) {
        auto const code = errno;
        close();
        fail(fmt::format("connect: errno {}", code));
    }
}

bool HttpClient::connected() const noexcept {
    return socket_ >= 0;
}

void HttpClient::close() {
    if (socket_ >= 0) {
        ::close(std::exchange(socket_, -1));
    }
}

void HttpClient::reset() {
    if (socket_ >= 0) {
        linger const now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }
}

void HttpClient::shutdown_write() {
    ::shutdown(socket_, SHUT_WR);
}

bool HttpClient::try_send_raw(std::string_view bytes) {
    if (socket_ < 0) {
        connect();
    }
    while (!bytes.empty()) {
        auto const sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            if (!wait_for(socket_, POLLOUT, options_.timeout)) {
                fail("timeout while sending");
            }
        } else if (sent < 0 && errno != EINTR) {
            return false;
        }
    }
    return true;
}

void HttpClient::send_raw(std::string_view bytes) {
    if (!try_send_raw(bytes)) {
        fail("the server closed the connection while the client sent");
    }
}

bool HttpClient::readable_within(std::chrono::milliseconds time) {
    return !input_.empty() || wait_for(socket_, POLLIN, time);
}

bool HttpClient::receive() {
    if (socket_ < 0) {
        fail("not connected");
    }
    if (!wait_for(socket_, POLLIN, options_.timeout)) {
        fail("timeout while waiting for an answer");
    }
    char buffer[16'384];
    for (;;) {
        auto const count = ::recv(socket_, buffer, sizeof buffer, 0);
        if (count > 0) {
            input_.append(buffer, static_cast<std::size_t>(count));
            return true;
        }
        if (count == 0 || errno != EINTR) {
            return false;
        }
    }
}

void HttpClient::need(std::size_t bytes) {
    while (input_.size() < bytes) {
        if (!receive()) {
            fail("the server closed the connection in the middle of an answer");
        }
    }
}

std::string HttpClient::read_line() {
    std::size_t searched = 0;
    for (;;) {
        auto const end = input_.find("\r\n", searched);
        if (end != std::string::npos) {
            auto line = input_.substr(0, end);
            input_.erase(0, end + 2);
            return line;
        }
        searched = input_.empty() ? 0 : input_.size() - 1;
        if (!receive()) {
            fail(input_.empty() ? "the server closed the connection without an answer"
                                : "the server closed the connection in the middle of a line");
        }
    }
}

HttpAnswer HttpClient::read_head() {
    HttpAnswer answer;
    auto const status = read_line();
    if (status.size() < 12 || status.compare(0, 7, "HTTP/1.") != 0) {
        fail("not a status line: " + status);
    }
    answer.status = static_cast<int>(parse_number(std::string_view(status).substr(9, 3), 10));
    for (auto line = read_line(); !line.empty(); line = read_line()) {
        auto const colon = line.find(':');
        if (colon == std::string::npos) {
            fail("not a header: " + line);
        }
        answer.headers.emplace_back(lower(std::string_view(line).substr(0, colon)),
                                    trimmed(std::string_view(line).substr(colon + 1)));
    }
    answer.chunked = lower(answer.header("transfer-encoding")) == "chunked";
    events_.clear();
    return answer;
}

std::optional<std::string> HttpClient::read_chunk() {
    auto const size = parse_number(read_line(), 16);
    if (size == 0) {
        while (!read_line().empty()) {
        }
        return std::nullopt;
    }
    need(size + 2);
    auto chunk = input_.substr(0, size);
    input_.erase(0, size + 2);
    return chunk;
}

std::optional<ServerSentEvent> HttpClient::read_event() {
    for (;;) {
        auto const end = events_.find("\n\n");
        if (end != std::string::npos) {
            auto const event = parse_event(std::string_view(events_).substr(0, end));
            events_.erase(0, end + 2);
            return event;
        }
        auto chunk = read_chunk();
        if (!chunk) {
            return std::nullopt;
        }
        events_ += *chunk;
    }
}

void HttpClient::read_body(HttpAnswer& answer) {
    if (answer.chunked) {
        while (auto chunk = read_chunk()) {
            answer.body += *chunk;
        }
    } else if (auto const length = answer.header("content-length"); !length.empty()) {
        auto const size = parse_number(length, 10);
        need(size);
        answer.body = input_.substr(0, size);
        input_.erase(0, size);
    } else {
        answer.body = read_to_end();
    }
}

HttpAnswer HttpClient::read_answer(bool to_head) {
    auto answer = read_head();
    while (answer.status == 100) {
        answer = read_head();
    }
    if (!to_head && answer.status >= 200 && answer.status != 204 && answer.status != 304) {
        read_body(answer);
    }
    if (lower(answer.header("connection")) == "close" && input_.empty()) {
        close();
    }
    return answer;
}

std::string HttpClient::read_to_end() {
    while (receive()) {
    }
    close();
    return std::exchange(input_, {});
}

bool HttpClient::wait_closed() {
    if (socket_ < 0) {
        return true;
    }
    try {
        read_to_end();
        return true;
    } catch (std::runtime_error const&) {
        return false;
    }
}

std::string HttpClient::compose(std::string_view method, std::string_view target,
                                std::string_view body, HttpHeaders const& headers) const {
    auto text =
        fmt::format("{} {} HTTP/1.1\r\nHost: {}:{}\r\n", method, target,
                    options_.address.find(':') == std::string::npos ? options_.address
                                                                    : '[' + options_.address + ']',
                    port_);
    for (auto const* list : {&options_.headers, &headers}) {
        for (auto const& [name, value] : *list) {
            text += fmt::format("{}: {}\r\n", name, value);
        }
    }
    if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
        text += fmt::format("Content-Length: {}\r\n", body.size());
    }
    return text.append("\r\n").append(body);
}

HttpAnswer HttpClient::request(std::string_view method, std::string_view target,
                               std::string_view body, HttpHeaders const& headers) {
    auto const text = compose(method, target, body, headers);
    bool const ended =
        connected() && input_.empty() && wait_for(socket_, POLLIN, std::chrono::milliseconds{0});
    if (ended) {
        close();
    }
    // An answer may come, and the connection end, before the server took the whole body.
    try_send_raw(text);
    return read_answer(method == "HEAD");
}

HttpAnswer HttpClient::get(std::string_view target, HttpHeaders const& headers) {
    return request("GET", target, {}, headers);
}

HttpAnswer HttpClient::remove(std::string_view target, HttpHeaders const& headers) {
    return request("DELETE", target, {}, headers);
}

HttpAnswer HttpClient::post(std::string_view target, std::string_view body,
                            HttpHeaders const& headers) {
    auto all = headers;
    auto const named = std::any_of(all.begin(), all.end(), [](auto const& entry) {
        return lower(entry.first) == "content-type";
    });
    if (!named) {
        all.emplace_back("Content-Type", "application/json");
    }
    return request("POST", target, body, all);
}

HttpAnswer HttpClient::post_json(std::string_view target, boost::json::value const& body,
                                 HttpHeaders const& headers) {
    return post(target, std::string_view(boost::json::serialize(body)), headers);
}

} // namespace loci::tests
