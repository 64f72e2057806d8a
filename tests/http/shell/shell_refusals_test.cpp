#include "shell_support.hpp"
#include <catch2/catch.hpp>

using namespace loci;
using namespace loci::tests;

namespace {

// The status of the answer to some bytes; the connection must end after it.
int refused_with(TestServer& server, std::string const& bytes) {
    auto client = server.client();
    client.try_send_raw(bytes);
    auto const answer = client.read_answer();
    CHECK(client.wait_closed());
    CHECK(answer.header("connection") == "close");
    CHECK(answer.count("x-request-id") == 1);
    CHECK(answer.count("date") == 1);
    return answer.status;
}

} // namespace

TEST_CASE("bad request lines and headers are refused", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    std::string const host = "Host: a\r\n";
    using namespace std::string_literals;
    for (auto const& bytes :
         {"nonsense\r\n\r\n"s, "GET\r\n\r\n"s, "GET /\r\n\r\n"s, "GET / HTTP/2.0\r\n\r\n"s,
          "GET / HTTP/1.1 \r\n" + host + "\r\n", "GET  / HTTP/1.1\r\n" + host + "\r\n",
          "G\x01T / HTTP/1.1\r\n" + host + "\r\n", "GET /\x01 HTTP/1.1\r\n" + host + "\r\n",
          "GET / HTTP/1.1\r\n" + host + "Bad Name: x\r\n\r\n",
          "GET / HTTP/1.1\r\n" + host + "Bad : x\r\n\r\n",
          "GET / HTTP/1.1\r\n" + host + ": x\r\n\r\n",
          "GET / HTTP/1.1\r\n" + host + "no colon\r\n\r\n",
          "GET / HTTP/1.1\r\n" + host + "X: a\x01\r\n\r\n",
          "GET / HTTP/1.1\r\n" + host + "X: a\nY: b\r\n\r\n",
          "GET / HTTP/1.1\r\n"s + host + "X: a\0b\r\n\r\n"s,
          "GET /a\0b HTTP/1.1\r\n"s + host + "\r\n", "GET / HTTP/1.1\n"s + host + "\n",
          "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s}) {
        INFO(bytes);
        CHECK(refused_with(server, bytes) == 400);
    }
    CHECK(server.client().get("/read").status == 200);
}

TEST_CASE("a request that two readers could frame differently is refused", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto const post = [](std::string const& headers) {
        return "POST /read HTTP/1.1\r\nHost: a\r\n" + headers +
               "\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n";
    };
    for (auto const* headers :
         {"Content-Length: 5\r\nContent-Length: 5\r\n",
          "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 5\r\n",
          "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Length: 5x\r\n",
          "Content-Length: 0x5\r\n", "Content-Length:\r\n",
          "Content-Length: 99999999999999999999999\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: identity\r\n",
          "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding: \vchunked\r\n", "Transfer-Encoding : chunked\r\n", "Host: b\r\n"}) {
        INFO(headers);
        CHECK(refused_with(server, post(headers)) == 400);
    }
    CHECK(refused_with(server, "GET / HTTP/1.1\r\n\r\n") == 400); // no Host
    CHECK(refused_with(server, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") ==
          400);
}

TEST_CASE("malformed chunks are refused", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    std::string const head = "POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (auto const& chunks :
         {std::string("x\r\n"), std::string("-1\r\n"), std::string("3\r\nabcd\r\n0\r\n\r\n"),
          std::string("3\r\nabc0\r\n\r\n"), std::string("fffffffffffffffff\r\n"),
          "1;" + std::string(20'000, 'e'), "0\r\n" + std::string(20'000, 't')}) {
        INFO(chunks.substr(0, 20));
        CHECK(refused_with(server, head + chunks) == 400);
    }
}

TEST_CASE("targets and headers have limits", "[http][shell]") {
    FakeService service;
    service.on_handle = [](server::Request request) {
        return server::Response{.body = std::to_string(request.head.target.size())};
    };
    TestServer server(service);
    auto const target = [](std::size_t size) { return '/' + std::string(size - 1, 'q'); };
    CHECK(server.client().get(target(64 * 1024)).body == "65536");
    auto const with_target = [&](std::size_t size) {
        return "GET " + target(size) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    };
    CHECK(refused_with(server, with_target(64 * 1024 + 1)) == 414);
    CHECK(refused_with(server, with_target(300'000)) == 414);

    auto const with_header = [](std::size_t size) {
        return "GET /read HTTP/1.1\r\nHost: a\r\nX: " + std::string(size, 'h') + "\r\n\r\n";
    };
    auto client = server.client();
    client.send_raw(with_header(95 * 1024));
    CHECK(client.read_answer().status == 200);
    CHECK(refused_with(server, with_header(97 * 1024)) == 431);
    CHECK(refused_with(server, with_header(1024 * 1024)) == 431);

    std::string many = "GET /read HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 20'000; ++i) {
        many += "X-" + std::to_string(i) + ": y\r\n";
    }
    CHECK(refused_with(server, many) == 431);
}

TEST_CASE("headers that come line by line have the same limit", "[http][shell]") {
    FakeService service;
    TestServer server(service, {.header_limit = 2048});
    auto client = server.client();
    client.send_raw("GET /read HTTP/1.1\r\nHost: a\r\n");
    bool open = true;
    for (int i = 0; open && i < 10'000; ++i) {
        open = client.try_send_raw("X-Line: some text\r\n") && !client.readable_within(0ms);
    }
    CHECK(client.read_answer().status == 431);
}

TEST_CASE("a body over the limit is refused unread and the client sees why", "[http][shell]") {
    FakeService service;
    service.body_limit = 1000;
    std::atomic<int> handled{0};
    service.on_handle = [&](server::Request) {
        ++handled;
        return server::Response{};
    };
    TestServer server(service);
    for (std::size_t const size : {std::size_t{1001}, std::size_t{8} * 1024 * 1024}) {
        auto client = server.client();
        auto const answer = client.post("/read", std::string_view(std::string(size, 'x')));
        CHECK(answer.status == 413);
        CHECK(answer.body == "body_too_large");
        CHECK(answer.header("connection") == "close");
        CHECK(client.wait_closed());
    }
    std::string chunked = "POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 11; ++i) {
        chunked += "64\r\n" + std::string(100, 'z') + "\r\n";
    }
    CHECK(refused_with(server, chunked) == 413);
    CHECK(handled == 0);
    CHECK(server.client().post("/read", std::string_view(std::string(1000, 'x'))).status == 200);
    CHECK(handled == 1);
    CHECK(
        server->statistics().refusals[static_cast<std::size_t>(server::Refusal::body_too_large)] ==
        3);
}

TEST_CASE("an answer planned from the head leaves the body unread", "[http][shell]") {
    FakeService service;
    service.on_plan = [](server::RequestHead const&) {
        return server::Plan{.answer = server::Response{.status = 404, .body = "none"},
                            .route = "unmatched"};
    };
    TestServer server(service);
    auto client = server.client();
    CHECK(client.get("/nowhere").status == 404);
    CHECK(client.post("/nowhere", std::string_view("{}")).status == 404);
    CHECK(client.post("/nowhere", std::string_view(std::string(60'000, 'x'))).status == 404);
    CHECK(server->statistics().connections_accepted == 1); // small bodies are skipped
    auto const large = client.post("/nowhere", std::string_view(std::string(1'000'000, 'x')));
    CHECK(large.status == 404);
    CHECK(large.header("connection") == "close");
}

TEST_CASE("a slow head is refused, a silent connection closed", "[http][shell]") {
    FakeService service;
    TestServer server(service, {.header_timeout = 60ms, .idle_timeout = 60ms});
    auto slow = server.client();
    slow.send_raw("GET /read HTTP/1.1\r\nHost: a\r\n");
    CHECK(slow.read_answer().status == 408);
    CHECK(slow.wait_closed());

    auto silent = server.client();
    silent.connect();
    CHECK(silent.read_to_end().empty());

    auto idle = server.client();
    CHECK(idle.get("/read").status == 200);
    CHECK(idle.read_to_end().empty());
    CHECK(eventually([&] { return server->statistics().connections == 0; }));
}

TEST_CASE("a head that trickles is refused in time", "[http][shell]") {
    FakeService service;
    TestServer server(service, {.header_timeout = 100ms});
    auto client = server.client();
    client.send_raw("GET /read HTTP/1.1\r\nHost: a\r\nX: ");
    while (!client.readable_within(5ms)) {
        client.try_send_raw("x");
    }
    CHECK(client.read_answer().status == 408);
}

TEST_CASE("a slow body is refused, whether it stalls or trickles", "[http][shell]") {
    FakeService service;
    TestServer server(service, {.slowest_body = 100'000, .body_timeout = 80ms});
    for (auto const* framing : {"Content-Length: 50000\r\n", "Transfer-Encoding: chunked\r\n"}) {
        auto stalls = server.client();
        stalls.send_raw("POST /read HTTP/1.1\r\nHost: a\r\n" + std::string(framing) + "\r\n");
        auto const answer = stalls.read_answer();
        CHECK(answer.status == 408);
        CHECK(answer.header("connection") == "close");

        auto trickles = server.client();
        trickles.send_raw("POST /read HTTP/1.1\r\nHost: a\r\n" + std::string(framing) + "\r\n");
        while (!trickles.readable_within(2ms)) {
            trickles.try_send_raw(framing[0] == 'C' ? "x" : "1\r\nx\r\n");
        }
        CHECK(trickles.read_answer().status == 408);
    }
    CHECK(server->statistics().timeouts == 4);
    CHECK(eventually([&] { return server->statistics().body_bytes_in_flight == 0; }));
}
