#include "http/request_parser.hpp"
#include <catch2/catch.hpp>
#include <random>
#include <vector>

using namespace loci::server;
using namespace std::string_literals;
using State = RequestParser::State;

namespace {

struct Parsed {
    State head_state = State::more;
    State body_state = State::more;
    RequestHead head{};
    std::string body{};

    bool operator==(Parsed const& other) const {
        return head_state == other.head_state && body_state == other.body_state &&
               head.method == other.head.method && head.target == other.head.target &&
               head.headers == other.head.headers && body == other.body;
    }
};

// Feeds the text in steps of the given size, as a connection would.
Parsed parse(std::string const& text, std::size_t step) {
    RequestParser parser({.header = 512, .target = 128});
    Parsed parsed;
    std::string input;
    std::size_t given = 0;
    auto const more = [&] {
        auto const piece = text.substr(given, step);
        given += piece.size();
        input += piece;
        return !piece.empty();
    };
    while (parsed.head_state == State::more && more()) {
        auto const result = parser.parse_head(input, parsed.head);
        input.erase(0, result.consumed);
        parsed.head_state = result.state;
    }
    if (parsed.head_state != State::done || !parser.is_chunked()) {
        return parsed;
    }
    do {
        auto const result = parser.parse_chunks(input, parsed.body);
        input.erase(0, result.consumed);
        parsed.body_state = result.state;
    } while (parsed.body_state == State::more && more());
    return parsed;
}

std::vector<std::string> const samples{
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\n\r\nPOST /a?b=c HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\nContent-Length: 3\r\n\r\nabc",
    "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3\r\nabc\r\nA;x=\"y z\"\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n",
    "GET / HTTP/1.0\r\nFolded: a\r\n b\r\n\tc\r\n\r\n"};

} // namespace

TEST_CASE("a request parses the same however it is cut", "[http][parser]") {
    for (auto const& sample : samples) {
        auto const whole = parse(sample, sample.size());
        CHECK(whole.head_state == State::done);
        for (std::size_t step = 1; step < sample.size(); ++step) {
            INFO(sample << "\nin steps of " << step);
            CHECK(parse(sample, step) == whole);
        }
    }
    CHECK(parse(samples[2], 7).body == "abc0123456789");
    CHECK(parse(samples[2], 7).body_state == State::done);
    CHECK(parse(samples[1], 1).head.header("x") != nullptr);
    CHECK(parse(samples[1], 1).head.count("x") == 2);
}

TEST_CASE("the head's properties are told", "[http][parser]") {
    RequestParser parser({});
    RequestHead head;
    std::string const text = "POST / HTTP/1.0\r\nConnection: keep-alive\r\n"
                             "Expect: 100-Continue\r\nContent-Length: 12\r\n\r\n";
    auto const step = parser.parse_head(text, head);
    CHECK(step.state == State::done);
    CHECK(step.consumed == text.size());
    CHECK(parser.keep_alive());
    CHECK(parser.is_http_1_0());
    CHECK(parser.expects_continue());
    CHECK(parser.content_length() == 12);
    CHECK_FALSE(parser.is_chunked());
    parser.start();
    RequestHead next;
    CHECK(parser.parse_head("GET / HTTP/1.1\r\nHost: a\r\n\r\n", next).state == State::done);
    CHECK_FALSE(parser.expects_continue());
    CHECK(parser.content_length() == 0);
}

TEST_CASE("limits are exact", "[http][parser]") {
    auto const refusal = [](std::string const& text) {
        RequestParser parser({.header = 512, .target = 128});
        RequestHead head;
        auto const step = parser.parse_head(text, head);
        return step.state == State::refused ? static_cast<int>(step.refusal) : -1;
    };
    auto const with_target = [](std::size_t size) {
        return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
    };
    CHECK(refusal(with_target(128)) == -1);
    CHECK(refusal(with_target(129)) == static_cast<int>(Refusal::target_too_long));
    CHECK(refusal(with_target(600)) == static_cast<int>(Refusal::target_too_long));
    CHECK(refusal("GET /" + std::string(700, 'a')) == static_cast<int>(Refusal::target_too_long));
    CHECK(refusal("GET / HTTP/1.1\r\nX: " + std::string(700, 'a')) ==
          static_cast<int>(Refusal::headers_too_large));
}

TEST_CASE("damaged requests never harm the parser", "[http][parser]") {
    std::mt19937 random(20'261'122);
    auto const below = [&](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    std::string const bytes = "\r\n :;,\t\0\x01\x7f\xff"s + "0aZ-\"";
    std::size_t done = 0;
    for (int i = 0; i < 60'000; ++i) {
        auto text = samples[below(samples.size())];
        for (auto count = below(4) + 1; count > 0; --count) {
            auto const at = below(text.size());
            switch (below(4)) {
            case 0:
                text[at] = bytes[below(bytes.size())];
                break;
            case 1:
                text.erase(at, below(6));
                break;
            case 2:
                text.insert(at, 1, bytes[below(bytes.size())]);
                break;
            default:
                text.insert(at, text.substr(below(text.size()), below(20)));
                break;
            }
            if (text.empty()) {
                break;
            }
        }
        auto const parsed = parse(text, below(40) + 1);
        done += parsed.head_state == State::done ? 1 : 0;
    }
    CHECK(done > 1'000);
    CHECK(done < 59'000);
}
