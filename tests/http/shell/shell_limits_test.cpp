#include "shell_support.hpp"
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

using namespace loci;
using namespace loci::tests;

namespace {

/// How many files the process may have open, as far as the system grants it; undone at the end.
class DescriptorLimit {
public:
    explicit DescriptorLimit(rlim_t wanted) {
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
        auto changed = before_;
        changed.rlim_cur = count_ = std::min(before_.rlim_max, wanted);
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &changed) == 0);
    }

    DescriptorLimit(DescriptorLimit const&) = delete;

    ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

    std::size_t count() const { return count_; }

private:
    rlimit before_{};
    rlim_t count_ = 0;
};

} // namespace

TEST_CASE("beyond the limit connections are refused politely", "[http][shell]") {
    FakeService service;
    TestServer server(service, {.max_connections = 4});
    std::vector<HttpClient> inside;
    for (int i = 0; i < 4; ++i) {
        inside.push_back(server.client());
        CHECK(inside.back().get("/read").status == 200);
    }
    for (int i = 0; i < 10; ++i) {
        auto outside = server.client();
        auto const answer = outside.get("/read");
        CHECK(answer.status == 503);
        CHECK(answer.body == "overloaded");
        CHECK(answer.header("retry-after") == "1");
        CHECK(answer.header("connection") == "close");
        CHECK(outside.wait_closed());
    }
    for (auto& client : inside) {
        CHECK(client.get("/read").status == 200);
    }
    inside.pop_back();
    CHECK(eventually([&] { return server->statistics().connections == 3; }));
    CHECK(server.client().get("/read").status == 200);
    CHECK(server->statistics().connections_refused == 10);
}

TEST_CASE("a crowd that nobody waits for is refused politely too", "[http][shell]") {
    DescriptorLimit const descriptors{16'384};
    FakeService service;
    TestServer server(service, {.max_connections = 1, .linger_timeout = 20s});
    auto inside = server.client();
    CHECK(inside.get("/read").status == 200);
    std::vector<HttpClient> lingering;
    for (int i = 0; i < 1024; ++i) {
        lingering.push_back(server.client());
        lingering.back().connect();
    }
    CHECK(eventually([&] { return server->statistics().connections_refused == 1024; }));
    for (int i = 0; i < 10; ++i) {
        auto outside = server.client();
        outside.connect();
        auto const answer = outside.read_to_end();
        CHECK(answer.starts_with("HTTP/1.1 503 "));
        CHECK(answer.find("Retry-After: 1\r\n") != std::string::npos);
        CHECK(answer.find("X-Request-Id: ") != std::string::npos);
        CHECK(answer.find("Connection: close\r\n") != std::string::npos);
        CHECK(answer.ends_with("\r\n\r\noverloaded"));
    }
    CHECK(server->statistics().connections_refused == 1034);
    lingering.clear();
    CHECK(inside.get("/read").status == 200);
}

TEST_CASE("thousands of connections do no harm", "[http][shell]") {
    DescriptorLimit const descriptors{16'384};
    FakeService service;
    TestServer server(service, {.max_connections = 64, .linger_timeout = 100ms});
    auto inside = server.client();
    CHECK(inside.get("/read").status == 200);
    auto const count = std::min<std::size_t>(3000, descriptors.count() / 3);
    std::vector<HttpClient> crowd;
    for (std::size_t i = 0; i < count; ++i) {
        crowd.push_back(server.client());
        crowd.back().connect();
    }
    CHECK(inside.get("/read").status == 200);
    CHECK(eventually([&] { return server->statistics().connections_refused == count - 63; }));
    crowd.clear();
    CHECK(eventually([&] { return server->statistics().connections == 1; }));
    CHECK(server.client().get("/read").status == 200);
}

TEST_CASE("without file descriptors accepting pauses and recovers", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto inside = server.client();
    CHECK(inside.get("/read").status == 200);
    DescriptorLimit const few{128};
    std::vector<int> wasted;
    for (int file = ::open("/dev/null", O_RDONLY); file >= 0;
         file = ::open("/dev/null", O_RDONLY)) {
        wasted.push_back(file);
    }
    ::close(wasted.back()); // for the client's end
    wasted.pop_back();
    auto waiting = server.client();
    waiting.send_raw(waiting.compose("GET", "/read", {}, {}));
    CHECK(eventually([&] { return server->statistics().accept_failures >= 3; }));
    CHECK(server->statistics().accept_failures < 100); // no spinning
    CHECK(inside.get("/read").status == 200);
    for (int const file : wasted) {
        ::close(file);
    }
    CHECK(waiting.read_answer().status == 200);
}

TEST_CASE("a client that never reads is left", "[http][shell]") {
    FakeService service;
    service.on_handle = [](server::Request) {
        return server::Response{.body = std::string(32 * 1024 * 1024, 'x')};
    };
    TestServer server(service, {.write_timeout = 80ms});
    std::uint64_t left = 0;
    for (auto const* target : {"/read", "/fast"}) {
        auto client = server.client({.receive_buffer = 4096});
        client.send_raw(client.compose("GET", target, {}, {}));
        ++left;
        CHECK(eventually([&] { return server->statistics().timeouts == left; }));
        CHECK(eventually([&] { return server->statistics().connections == 0; }));
    }
}

TEST_CASE("a client that asks and never reads is held back, then left", "[http][shell]") {
    FakeService service;
    service.on_handle = [](server::Request) {
        return server::Response{.body = std::string(20'000, 'x')};
    };
    TestServer server(service, {.write_timeout = 80ms});
    auto client = server.client({.timeout = 20ms, .receive_buffer = 4096});
    auto const request = client.compose("GET", "/fast", {}, {});
    bool took_all = true;
    try {
        for (int i = 0; took_all && i < 1'000'000; ++i) {
            took_all = client.try_send_raw(request);
        }
    } catch (std::runtime_error const&) {
        took_all = false; // the server takes no more
    }
    CHECK_FALSE(took_all);
    CHECK(eventually([&] { return server->statistics().connections == 0; }));
}

TEST_CASE("bad listen addresses are refused, taken ones reported", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto const start = [&](std::vector<std::string> addresses) {
        server::Server other({.listen = std::move(addresses)}, service, system_environment(),
                             server::Log::none());
        auto const started = other.start();
        return started ? std::string("started") : started.error().reason;
    };
    for (auto const* address : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "host.example:1",
                                "::1:80", "[::1:80"}) {
        INFO(address);
        CHECK(start({address}) == "VALIDATION_ERROR");
    }
    CHECK(start({"127.0.0.1:" + std::to_string(server.port())}) == "LISTEN_FAILED");
    CHECK(start({"127.0.0.1:0", "localhost:0"}) == "started");
    CHECK(server->start().error().reason == "ALREADY_STARTED");
}

TEST_CASE("several addresses are served, IPv6 among them", "[http][shell]") {
    FakeService service;
    service.on_handle = [](server::Request request) {
        return server::Response{.body = request.head.peer_address +
                                        (request.head.listener_is_loopback ? " local" : " open")};
    };
    TestServer server(service, {.listen = {"0.0.0.0:0", "[::1]:0"}});
    auto const ports = server->ports();
    REQUIRE(ports.size() == 2);
    CHECK(HttpClient(ports[0]).get("/read").body == "127.0.0.1 open");
    CHECK(HttpClient(ports[1], {.address = "::1"}).get("/read").body == "::1 local");
}
