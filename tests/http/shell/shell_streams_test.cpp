#include "shell_support.hpp"
#include <atomic>
#include <catch2/catch.hpp>

using namespace loci;
using namespace loci::tests;

namespace {

using Piece = Result<std::optional<std::string>>;

/// Pieces from a function; counts calls and notes its end.
struct Source {
    std::function<Piece(int call)> next;
    std::atomic<int> calls{0};
    std::atomic<bool> ended{false};
};

class FakeStream final : public server::BodyStream {
public:
    explicit FakeStream(Source& source)
        : source_(source) {}

    ~FakeStream() override { source_.ended = true; }

    Piece next() override { return source_.next(source_.calls++); }

private:
    Source& source_;
};

void serve(FakeService& service, Source& source, std::string const& type = "application/x-ndjson") {
    service.on_handle = [&source, type](server::Request) {
        server::Response response{.content_type = type};
        response.stream = std::make_unique<FakeStream>(source);
        return response;
    };
}

Piece lines(int call) {
    return call < 5 ? std::optional("line " + std::to_string(call) + '\n') : std::nullopt;
}

Piece endless(int) {
    return std::optional(std::string(64 * 1024, 'x'));
}

} // namespace

TEST_CASE("a stream is answered in chunks and the connection goes on", "[http][shell]") {
    Source source{.next = lines};
    FakeService service;
    serve(service, source);
    TestServer server(service);
    auto client = server.client();
    for (auto const* target : {"/read", "/write", "/fast"}) {
        source.calls = 0;
        auto const answer = client.get(target);
        CHECK(answer.chunked);
        CHECK(answer.count("content-length") == 0);
        CHECK(answer.body == "line 0\nline 1\nline 2\nline 3\nline 4\n");
        CHECK(source.ended);
    }
    CHECK(server->statistics().connections_accepted == 1);
}

TEST_CASE("each piece is sent when it is there", "[http][shell]") {
    Gate gate;
    Source source{.next = [&](int call) {
        if (call == 1) {
            gate.pass();
        }
        return lines(call);
    }};
    FakeService service;
    serve(service, source);
    TestServer server(service);
    auto client = server.client();
    client.send_raw(client.compose("GET", "/read", {}, {}));
    CHECK(client.read_head().status == 200);
    CHECK(client.read_chunk() == "line 0\n");
    gate.open();
    CHECK(client.read_chunk() == "line 1\n");
}

TEST_CASE("a stream to HTTP/1.0 ends with the connection, to HEAD before it begins",
          "[http][shell]") {
    Source source{.next = lines};
    FakeService service;
    serve(service, source);
    TestServer server(service);
    auto old = server.client();
    old.send_raw("GET /read HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    auto const text = old.read_to_end();
    CHECK(text.find("Transfer-Encoding") == std::string::npos);
    CHECK(text.find("Connection: close\r\n") != std::string::npos);
    CHECK(text.substr(text.find("\r\n\r\n") + 4) == "line 0\nline 1\nline 2\nline 3\nline 4\n");

    source.calls = 0;
    source.ended = false;
    auto client = server.client();
    CHECK(client.request("HEAD", "/read").status == 200);
    CHECK(eventually([&] { return source.ended.load(); }));
    CHECK(source.calls == 0);
    CHECK(client.get("/read").status == 200);
}

TEST_CASE("a client that reads slowly holds the stream back", "[http][shell]") {
    Source source{.next = endless};
    FakeService service;
    serve(service, source);
    TestServer server(service, {.write_timeout = 150ms});
    auto client = server.client({.receive_buffer = 4096});
    client.send_raw(client.compose("GET", "/read", {}, {}));
    CHECK(client.read_head().status == 200);
    // It never reads on: the stream stops at what the kernel holds, then the client is left.
    CHECK(eventually([&] { return source.ended.load(); }));
    CHECK(source.calls < 200);
    CHECK(eventually([&] { return server->statistics().connections == 0; }));
    CHECK(server->statistics().timeouts == 1);
}

TEST_CASE("an event stream says that it lives while it waits", "[http][shell]") {
    Gate gate;
    Source source{.next = [&](int call) -> Piece {
        if (call == 1) {
            gate.pass();
        }
        return call < 2 ? std::optional("data: " + std::to_string(call) + "\n\n") : std::nullopt;
    }};
    FakeService service;
    serve(service, source, "text/event-stream; charset=utf-8");
    TestServer server(service, {.stream_keep_alive = 20ms});
    auto client = server.client();
    client.send_raw(client.compose("GET", "/read", {}, {}));
    CHECK(client.read_head().header("content-type") == "text/event-stream; charset=utf-8");
    CHECK(client.read_event()->data == "0");
    for (int i = 0; i < 3; ++i) {
        CHECK(client.read_event()->comment == "keep-alive");
    }
    gate.open();
    auto event = client.read_event();
    while (event && !event->comment.empty()) {
        event = client.read_event();
    }
    REQUIRE(event);
    CHECK(event->data == "1");
    CHECK_FALSE(client.read_event());
}

TEST_CASE("other streams wait in silence", "[http][shell]") {
    Gate gate;
    Source source{.next = [&](int call) {
        gate.pass();
        return lines(call);
    }};
    FakeService service;
    serve(service, source);
    TestServer server(service, {.stream_keep_alive = 5ms});
    auto client = server.client();
    client.send_raw(client.compose("GET", "/read", {}, {}));
    CHECK(client.read_head().status == 200);
    CHECK_FALSE(client.readable_within(40ms));
    gate.open();
    CHECK(client.read_chunk() == "line 0\n");
}

TEST_CASE("a client that goes away ends the stream", "[http][shell]") {
    FakeService service;
    for (bool const events : {false, true}) {
        for (bool const reset : {false, true}) {
            Source source{
                .next = [](int) -> Piece { return std::optional<std::string>("data: x\n\n"); }};
            serve(service, source, events ? "text/event-stream" : "application/x-ndjson");
            TestServer server(service);
            auto client = server.client();
            client.send_raw(client.compose("GET", "/read", {}, {}));
            CHECK(client.read_head().status == 200);
            CHECK(client.read_chunk().has_value());
            reset ? client.reset() : client.close();
            CHECK(eventually([&] { return source.ended.load(); }));
            CHECK(eventually([&] { return server->statistics().connections == 0; }));
        }
    }
}

TEST_CASE("a stream that fails breaks the connection off", "[http][shell]") {
    FakeService service;
    for (bool const throws : {false, true}) {
        Source source{.next = [throws](int call) -> Piece {
            if (call < 1) {
                return lines(call);
            }
            if (throws) {
                throw std::runtime_error("stream");
            }
            return Error{.kind = ErrorKind::corrupt, .reason = "X", .message = "x"};
        }};
        serve(service, source);
        TestServer server(service);
        auto client = server.client();
        client.send_raw(client.compose("GET", "/read", {}, {}));
        auto const text = client.read_to_end();
        CHECK(text.find("line 0\n") != std::string::npos);
        CHECK(text.find("0\r\n\r\n") == std::string::npos);
        CHECK(eventually([&] { return source.ended.load(); }));
    }
}
