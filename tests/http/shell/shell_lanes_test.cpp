#include "shell_support.hpp"
#include <atomic>
#include <catch2/catch.hpp>
#include <pthread.h>
#include <thread>
#include <vector>

using namespace loci;
using namespace loci::tests;

namespace {

std::string thread_name() {
    char name[16] = {};
    ::pthread_getname_np(::pthread_self(), name, sizeof name);
    return name;
}

server::LaneStatistics lane(TestServer& server, std::string const& name) {
    for (auto const& entry : server->statistics().lanes) {
        if (entry.name == name) {
            return entry;
        }
    }
    throw std::runtime_error("no such lane");
}

} // namespace

TEST_CASE("each lane has threads of its own, named for debuggers", "[http][shell]") {
    FakeService service;
    service.on_handle = [](server::Request) { return server::Response{.body = thread_name()}; };
    TestServer server(service);
    auto client = server.client();
    CHECK(client.get("/fast").body.substr(0, 8) == "loci-io-");
    CHECK(client.get("/read").body.substr(0, 10) == "loci-read-");
    CHECK(client.get("/write").body.substr(0, 11) == "loci-write-");
    CHECK(client.get("/outbound").body.substr(0, 13) == "loci-outbound");
}

TEST_CASE("a full lane answers 503 at once and starves nobody else", "[http][shell]") {
    FakeService service;
    Gate gate;
    service.on_handle = [&](server::Request request) {
        if (request.head.target == "/read?block") {
            gate.pass();
        }
        return server::Response{.body = "done"};
    };
    TestServer server(service, {.read_threads = 1, .read_queue = 2});
    std::vector<HttpClient> waiting;
    for (int i = 0; i < 3; ++i) {
        waiting.push_back(server.client());
        waiting.back().send_raw(waiting.back().compose("GET", "/read?block", {}, {}));
        if (i == 0) {
            REQUIRE(gate.wait_for(1));
        }
    }
    REQUIRE(eventually([&] { return lane(server, "read").queued == 2; }));

    auto client = server.client();
    auto const refused = client.get("/read");
    CHECK(refused.status == 503);
    CHECK(refused.body == "overloaded");
    CHECK(refused.header("retry-after") == "1");
    CHECK(client.post("/read", std::string_view("{}")).status == 503);
    CHECK(client.get("/fast").body == "done");
    CHECK(client.get("/write").body == "done");
    CHECK(client.get("/outbound").body == "done");
    auto const statistics = server->statistics();
    CHECK(statistics.refusals[static_cast<std::size_t>(server::Refusal::overloaded)] == 2);
    CHECK(lane(server, "read").running == 1);

    gate.open();
    for (auto& each : waiting) {
        CHECK(each.read_answer().body == "done");
    }
    CHECK(client.get("/read").status == 200);
    CHECK(server->statistics().connections_accepted == 4);
}

TEST_CASE("a handler that throws costs one answer and a log line", "[http][shell]") {
    FakeService service;
    service.on_handle = [](server::Request request) -> server::Response {
        if (request.head.target.find("odd") != std::string::npos) {
            throw 7;
        }
        throw std::runtime_error("broken");
    };
    TestServer server(service);
    auto client = server.client();
    for (auto const* target : {"/read", "/fast", "/write?odd", "/fast?odd"}) {
        auto const answer = client.get(target, {{"X-Request-Id", "r"}});
        CHECK(answer.status == 500);
        CHECK(answer.body == "failed");
        CHECK(answer.header("x-request-id") == "r");
    }
    CHECK(server->statistics().connections_accepted == 1);
    CHECK(server->statistics().refusals[static_cast<std::size_t>(server::Refusal::failed)] == 4);
}

TEST_CASE("plan, admit and refuse may throw as well", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    service.on_admit = [](server::RequestHead const&) -> std::optional<server::Response> {
        throw std::runtime_error("admit");
    };
    CHECK(client.post("/read", std::string_view(std::string(100'000, 'x'))).status == 500);
    service.on_plan = [](server::RequestHead const&) -> server::Plan {
        throw std::runtime_error("plan");
    };
    CHECK(client.get("/read").status == 500);
    service.on_refuse = [](server::RequestHead const&, server::Refusal) -> server::Response {
        throw std::runtime_error("refuse");
    };
    CHECK(client.get("/read").status == 500);
}

TEST_CASE("a long or unmeasured body is admitted before it is read", "[http][shell]") {
    FakeService service;
    std::string asked;
    service.on_admit = [&](server::RequestHead const& head) -> std::optional<server::Response> {
        asked = thread_name().substr(0, 9);
        if (head.header("authorization") == nullptr) {
            return server::Response{.status = 401, .body = "who"};
        }
        return std::nullopt;
    };
    TestServer server(service);
    auto client = server.client();
    CHECK(client.post("/read", std::string_view(std::string(64 * 1024, 'x'))).status == 200);
    CHECK(asked.empty());

    // The body is never sent: the answer does not depend on it.
    client.send_raw("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n");
    auto const denied = client.read_answer();
    CHECK(denied.status == 401);
    CHECK(denied.header("connection") == "close");
    CHECK(asked == "loci-read");

    asked.clear();
    auto chunked = server.client();
    chunked.send_raw("POST /write HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    CHECK(chunked.read_answer().status == 401);
    CHECK(asked == "loci-writ");

    HttpHeaders const known{{"Authorization", "x"}};
    auto const answer =
        server.client().post("/read", std::string_view(std::string(70'000, 'x')), known);
    CHECK(answer.status == 200);
    CHECK(answer.body.size() == 70'000 + std::string_view("POST /read ").size());
}

TEST_CASE("bodies in flight share a budget", "[http][shell]") {
    FakeService service;
    Gate gate;
    service.on_handle = [&](server::Request) {
        gate.pass();
        return server::Response{};
    };
    TestServer server(service, {.read_threads = 4, .body_budget = 100'000});
    auto first = server.client();
    first.send_raw(first.compose("POST", "/read", std::string(60'000, 'x'), {}));
    REQUIRE(gate.wait_for(1));
    CHECK(server->statistics().body_bytes_in_flight == 60'000);

    auto const refused = server.client().post("/read", std::string_view(std::string(50'000, 'x')));
    CHECK(refused.status == 503);
    CHECK(refused.header("retry-after") == "1");
    auto chunked = server.client();
    chunked.send_raw(
        "POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nc350\r\n" +
        std::string(50'000, 'x') + "\r\n0\r\n\r\n");
    CHECK(chunked.read_answer().status == 503);

    auto fits = server.client();
    fits.send_raw(fits.compose("POST", "/read", std::string(40'000, 'x'), {}));
    REQUIRE(gate.wait_for(2));
    gate.open();
    CHECK(first.read_answer().status == 200);
    CHECK(fits.read_answer().status == 200);
    CHECK(eventually([&] { return server->statistics().body_bytes_in_flight == 0; }));
}

TEST_CASE("clients that vanish while a handler runs leave nothing behind", "[http][shell]") {
    FakeService service;
    Gate gate;
    service.on_handle = [&](server::Request) {
        gate.pass();
        return server::Response{.body = std::string(1'000'000, 'x')};
    };
    TestServer server(service, {.read_threads = 8});
    for (int i = 0; i < 8; ++i) {
        auto client = server.client();
        client.send_raw(client.compose("GET", "/read", {}, {}));
        REQUIRE(gate.wait_for(i + 1));
        i % 2 == 0 ? client.reset() : client.close();
    }
    gate.open();
    CHECK(eventually([&] { return server->statistics().connections == 0; }));
    CHECK(server.client().get("/read").status == 200);
}

TEST_CASE("many clients at once are each answered their own", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < 8; ++number) {
        threads.emplace_back([&, number] {
            auto client = server.client();
            for (int i = 0; i < 200; ++i) {
                auto const* path = i % 3 == 0 ? "/fast" : i % 3 == 1 ? "/read" : "/write";
                auto const body = std::to_string(number) + '-' + std::to_string(i);
                auto const answer = client.post(path, std::string_view(body));
                wrong += answer.body == std::string("POST ") + path + ' ' + body ? 0 : 1;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(wrong == 0);
}
