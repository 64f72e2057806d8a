#include "shell_support.hpp"
#include <catch2/catch.hpp>
#include <sys/socket.h>

using namespace loci;
using namespace loci::tests;

TEST_CASE("one connection serves many requests", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    for (int i = 0; i < 20; ++i) {
        auto const target = "/read?n=" + std::to_string(i);
        auto const answer = client.get(target);
        CHECK(answer.status == 200);
        CHECK(answer.body == "GET " + target + ' ');
        CHECK(answer.header("connection").empty());
        CHECK(answer.header("content-type") == "text/plain");
        CHECK(answer.count("content-length") == 1);
    }
    CHECK(server->statistics().connections_accepted == 1);
}

TEST_CASE("every answer has a date and a request id", "[http][shell]") {
    FakeService service;
    std::string seen;
    service.on_handle = [&](server::Request request) {
        seen = request.head.request_id;
        return server::Response{};
    };
    TestServer server(service);
    auto client = server.client();
    CHECK(client.get("/read").header("date").find(" GMT") != std::string::npos);
    CHECK(client.get("/read", {{"X-Request-Id", "mine-1"}}).header("x-request-id") == "mine-1");
    CHECK(seen == "mine-1");

    for (auto const& given : {std::string{}, std::string(129, 'a'), std::string("b\xc3\xa4")}) {
        auto const answer = client.get("/read", {{"X-Request-Id", given}});
        CHECK(answer.header("x-request-id").substr(0, 4) == "req_");
        CHECK(answer.header("x-request-id").size() == 30);
        CHECK(seen == answer.header("x-request-id"));
    }
    auto const longest = std::string(128, '~');
    CHECK(client.get("/fast", {{"X-Request-Id", longest}}).header("x-request-id") == longest);
}

TEST_CASE("HEAD is answered like GET without the body", "[http][shell]") {
    FakeService service;
    service.on_handle = [](server::Request) {
        return server::Response{.body = std::string(100'000, 'x')};
    };
    TestServer server(service);
    auto client = server.client();
    for (auto const* target : {"/read", "/fast"}) {
        auto const answer = client.request("HEAD", target);
        CHECK(answer.status == 200);
        CHECK(answer.header("content-length") == "100000");
        CHECK(answer.body.empty());
        CHECK(client.get(target).body.size() == 100'000);
    }
    CHECK(server->statistics().connections_accepted == 1);
}

TEST_CASE("HTTP/1.0 closes unless asked to stay", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    client.send_raw("GET /read HTTP/1.0\r\n\r\n");
    auto const closing = client.read_to_end();
    CHECK(closing.find("Connection: close\r\n") != std::string::npos);
    CHECK(closing.find("GET /read ") != std::string::npos);

    auto staying = server.client();
    for (int i = 0; i < 2; ++i) {
        staying.send_raw("GET /fast HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        CHECK(staying.read_answer().header("connection") == "keep-alive");
    }
}

TEST_CASE("Connection: close is honoured after the answer", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    client.connect();
    client.send_raw("GET /read HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    auto const answer = client.read_head();
    CHECK(answer.header("connection") == "close");
    CHECK(client.wait_closed());
}

TEST_CASE("pipelined requests are answered in order, slow or fast", "[http][shell]") {
    FakeService service;
    Gate gate;
    service.on_handle = [&](server::Request request) {
        if (request.head.target == "/read?slow") {
            gate.pass();
        }
        return server::Response{.body = request.head.target + request.body};
    };
    TestServer server(service);
    auto client = server.client();
    std::string all;
    for (auto const* target : {"/fast?1", "/read?slow", "/fast?2", "/write?3", "/fast?4"}) {
        all += client.compose("POST", target, "body", {});
    }
    client.send_raw(all);
    CHECK(client.read_answer().body == "/fast?1body"); // does not wait for the slow one
    REQUIRE(gate.wait_for(1));
    CHECK_FALSE(client.readable_within(20ms));
    gate.open();
    for (auto const* target : {"/read?slow", "/fast?2", "/write?3", "/fast?4"}) {
        CHECK(client.read_answer().body == std::string(target) + "body");
    }
}

TEST_CASE("hundreds of pipelined requests at once", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    std::string all;
    for (int i = 0; i < 500; ++i) {
        all += client.compose("GET", "/fast?" + std::to_string(i), {}, {});
    }
    client.send_raw(all);
    for (int i = 0; i < 500; ++i) {
        REQUIRE(client.read_answer().body == "GET /fast?" + std::to_string(i) + ' ');
    }
}

TEST_CASE("a request that comes byte by byte is read", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    for (char const c : client.compose("POST", "/read", "{\"a\":1}", {})) {
        client.send_raw(std::string(1, c));
    }
    CHECK(client.read_answer().body == "POST /read {\"a\":1}");
}

TEST_CASE("head and body leave in one segment", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    for (auto const* target : {"/fast", "/read"}) {
        client.send_raw(client.compose("GET", target, {}, {}));
        REQUIRE(client.readable_within(10s));
        char buffer[4096];
        auto const count = ::recv(client.socket(), buffer, sizeof buffer, 0);
        REQUIRE(count > 0);
        auto const text = std::string_view(buffer, static_cast<std::size_t>(count));
        CHECK(text.substr(text.size() - 1) == " ");
        CHECK(text.find("\r\n\r\nGET ") != std::string_view::npos);
    }
}

TEST_CASE("100-continue invites the body", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    client.send_raw("POST /read HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                    "Content-Length: 4\r\n\r\n");
    CHECK(client.read_head().status == 100);
    client.send_raw("body");
    CHECK(client.read_answer().body == "POST /read body");

    client.send_raw("POST /read HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                    "Content-Length: 99999999\r\n\r\n");
    auto const refused = client.read_head();
    CHECK(refused.status == 413);
    CHECK(refused.header("connection") == "close");
}

TEST_CASE("chunked bodies are put together", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    std::string const head = "POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.send_raw(head + "3\r\nabc\r\n4;name=value\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n");
    CHECK(client.read_answer().body == "POST /read abcdefg");
    client.send_raw(head + "0\r\n\r\n");
    CHECK(client.read_answer().body == "POST /read ");

    std::string many = head;
    for (int i = 0; i < 1000; ++i) {
        many += "64\r\n" + std::string(100, 'z') + "\r\n";
    }
    client.send_raw(many + "0\r\n\r\n");
    CHECK(client.read_answer().body == "POST /read " + std::string(100'000, 'z'));
    CHECK(server->statistics().connections_accepted == 1);
}

TEST_CASE("large bodies travel both ways", "[http][shell]") {
    FakeService service;
    service.body_limit = 32 * 1024 * 1024;
    TestServer server(service);
    auto client = server.client();
    std::string body(20 * 1024 * 1024, '\0');
    for (std::size_t i = 0; i < body.size(); ++i) {
        body[i] = static_cast<char>('a' + i % 23);
    }
    CHECK(client.post("/write", std::string_view(body)).body == "POST /write " + body);
    CHECK(eventually([&] { return server->statistics().body_bytes_in_flight == 0; }));
}

TEST_CASE("a client that closes its half still gets the answer", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    client.send_raw(client.compose("GET", "/read", {}, {}));
    client.shutdown_write();
    CHECK(client.read_answer().status == 200);
    CHECK(client.wait_closed());
}

TEST_CASE("Upgrade is ignored", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    HttpHeaders const upgrade{{"Connection", "Upgrade, HTTP2-Settings"},
                              {"Upgrade", "h2c"},
                              {"HTTP2-Settings", "AAMAAABkAAQAAP__"}};
    CHECK(client.get("/read", upgrade).status == 200);
    CHECK(client.get("/fast", upgrade).status == 200);
    CHECK(server->statistics().connections_accepted == 1);
}

TEST_CASE("the service sees the head as it was sent", "[http][shell]") {
    FakeService service;
    server::RequestHead head;
    service.on_handle = [&](server::Request request) {
        head = std::move(request.head);
        return server::Response{};
    };
    TestServer server(service);
    auto client = server.client();
    client.send_raw("\r\nDELETE //a/../b%2F?q=%20 HTTP/1.1\r\nHOST: h\r\nX-One: 1\r\nx-one:  2 \r\n"
                    "Empty:\r\n\r\n");
    CHECK(client.read_answer().status == 200);
    CHECK(head.method == "DELETE");
    CHECK(head.target == "//a/../b%2F?q=%20");
    CHECK(head.headers ==
          server::Headers{{"host", "h"}, {"x-one", "1"}, {"x-one", "2"}, {"empty", ""}});
    CHECK(head.peer_address == "127.0.0.1");
    CHECK(head.peer_is_loopback);
    CHECK(head.listener_is_loopback);
    CHECK_FALSE(head.secure);
}

TEST_CASE("what a service says cannot split an answer", "[http][shell]") {
    FakeService service;
    service.on_handle = [](server::Request) {
        return server::Response{.headers = {{"X-Good", "yes"},
                                            {"X-Bad", "a\r\nX-Evil: 1"},
                                            {"X Bad", "space"},
                                            {"content-length", "7"},
                                            {"Date", "never"}},
                                .body = "{}"};
    };
    TestServer server(service);
    auto const answer = server.client().get("/read");
    CHECK(answer.header("x-good") == "yes");
    CHECK(answer.count("x-bad") + answer.count("x-evil") + answer.count("x bad") == 0);
    CHECK(answer.count("content-length") == 1);
    CHECK(answer.header("date") != "never");
    CHECK(answer.body == "{}");
}

TEST_CASE("answers without a body have no length", "[http][shell]") {
    FakeService service;
    service.on_handle = [](server::Request) {
        return server::Response{.status = 204, .body = "ignored"};
    };
    TestServer server(service);
    auto client = server.client();
    for (int i = 0; i < 2; ++i) {
        auto const answer = client.get("/read");
        CHECK(answer.status == 204);
        CHECK(answer.count("content-length") == 0);
        CHECK(answer.count("content-type") == 0);
    }
    CHECK(server->statistics().connections_accepted == 1);
}
