#include "shell_support.hpp"
#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <thread>
#include <vector>

using namespace loci;
using namespace loci::tests;

TEST_CASE("a graceful stop finishes what runs and what waits", "[http][shell]") {
    FakeService service;
    Gate gate;
    service.on_handle = [&](server::Request request) {
        gate.pass();
        return server::Response{.body = request.body};
    };
    TestServer server(service, {.read_threads = 1, .read_queue = 10});
    auto idle = server.client();
    idle.connect();
    std::vector<HttpClient> clients;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(server.client());
        clients.back().send_raw(clients.back().compose("POST", "/read", std::to_string(i), {}));
    }
    REQUIRE(gate.wait_for(1));
    REQUIRE(eventually([&] { return server->statistics().lanes[0].queued == 3; }));
    auto stopped = std::async(std::launch::async, [&] { server->stop(); });
    CHECK(idle.read_to_end().empty());
    CHECK_THROWS(server.client().connect());
    CHECK(stopped.wait_for(0ms) == std::future_status::timeout);
    gate.open();
    for (std::size_t i = 0; i < clients.size(); ++i) {
        auto const answer = clients[i].read_answer();
        CHECK(answer.body == std::to_string(i));
        CHECK(answer.header("connection") == "close");
        clients[i].close();
    }
    CHECK(stopped.wait_for(10s) == std::future_status::ready);
    CHECK(server->statistics().connections == 0);
}

TEST_CASE("a stop under load loses no request that was sent", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    std::atomic<int> answered{0};
    std::atomic<int> broken{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < 6; ++number) {
        threads.emplace_back([&] {
            auto client = server.client();
            for (;;) {
                try {
                    client.connect();
                } catch (std::runtime_error const&) {
                    return; // no longer listening
                }
                bool open = true;
                while (open) {
                    auto const text = client.compose("POST", "/write", "x", {});
                    client.send_raw(text + text);
                    try {
                        open = client.read_answer().header("connection").empty();
                        ++answered;
                        if (!open) {
                            break;
                        }
                        open = client.read_answer().header("connection").empty();
                        ++answered;
                    } catch (std::runtime_error const& error) {
                        // Closed while idle, before the request arrived: nothing of it was read.
                        bool const clean = std::string_view(error.what()).find("without") !=
                                           std::string_view::npos;
                        broken += clean ? 0 : 1;
                        open = false;
                    }
                }
            }
        });
    }
    REQUIRE(eventually([&] { return answered > 500; }));
    server->stop();
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(broken == 0);
    std::uint64_t counted = 0;
    for (auto const& [route, entry] : server->statistics().routes) {
        counted += entry.by_class[1];
    }
    CHECK(counted == static_cast<std::uint64_t>(answered.load()));
}

TEST_CASE("a stop past its deadline breaks off what hangs", "[http][shell]") {
    FakeService service;
    Gate gate;
    service.on_handle = [&](server::Request) {
        gate.pass();
        return server::Response{.body = "late"};
    };
    TestServer server(service, {.read_threads = 1, .stop_timeout = 50ms});
    auto running = server.client();
    running.send_raw(running.compose("GET", "/read", {}, {}));
    REQUIRE(gate.wait_for(1));
    auto queued = server.client();
    queued.send_raw(queued.compose("GET", "/read", {}, {}));
    REQUIRE(eventually([&] { return server->statistics().lanes[0].queued == 1; }));
    auto stalled = server.client();
    stalled.send_raw("GET /read HTTP/1.1\r\n");
    REQUIRE(eventually([&] { return server->statistics().connections == 3; }));

    auto stopped = std::async(std::launch::async, [&] { server->stop(); });
    CHECK(stalled.wait_closed());
    CHECK(queued.wait_closed());
    gate.open();
    CHECK(stopped.wait_for(10s) == std::future_status::ready);
    CHECK(gate.arrived() == 1); // the queued one never ran
}

TEST_CASE("an event stream ends with the server", "[http][shell]") {
    class Ticks final : public server::BodyStream {
        Result<std::optional<std::string>> next() override {
            return std::optional<std::string>("data: tick\n\n");
        }
    };

    FakeService service;
    service.on_handle = [](server::Request) {
        server::Response response{.content_type = "text/event-stream"};
        response.stream = std::make_unique<Ticks>();
        return response;
    };
    TestServer server(service);
    auto client = server.client();
    client.send_raw(client.compose("GET", "/read", {}, {}));
    CHECK(client.read_head().status == 200);
    CHECK(client.read_event()->data == "tick");
    auto stopped = std::async(std::launch::async, [&] { server->stop(); });
    while (client.read_event()) {
    }
    client.close();
    CHECK(stopped.wait_for(10s) == std::future_status::ready);
}

TEST_CASE("stopping twice, or without a start, is harmless", "[http][shell]") {
    FakeService service;
    TestServer server(service);
    CHECK(server.client().get("/fast").status == 200);
    server->stop();
    server->stop();
    server::Server never({}, service, system_environment(), server::Log::none());
    never.stop();
}
