#include "shell_support.hpp"
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <sstream>

using namespace loci;
using namespace loci::tests;

namespace {

struct Captured {
    std::ostringstream text;
    std::shared_ptr<spdlog::logger> logger = std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
};

} // namespace

TEST_CASE("a request is one line without target, content or credentials", "[http][shell][log]") {
    Captured captured;
    FakeService service;
    {
        TestServer server(service, {}, server::Log(captured.logger, server::LogFormat::json));
        server.client().post("/read?q=secret-query", std::string_view("secret-body"),
                             {{"Authorization", "Bearer secret-key"}, {"X-Request-Id", "r\"1"}});
        server.client().get("/fast");
        server->stop();
    }
    auto const text = captured.text.str();
    CHECK(text.find("secret") == std::string::npos);
    CHECK(text.find("/read") == std::string::npos);
    auto const line = boost::json::parse(text.substr(0, text.find('\n'))).as_object();
    CHECK(line.at("level") == "info");
    CHECK(line.at("message") == "request");
    CHECK(line.at("request_id") == "r\"1");
    CHECK(line.at("method") == "POST");
    CHECK(line.at("route") == "POST route");
    CHECK(line.at("status") == 200);
    CHECK(line.at("bytes").to_number<int>() > 0);
    CHECK(line.at("duration_ms").to_number<double>() >= 0);
    CHECK(line.at("peer") == "127.0.0.1");
    CHECK(line.at("time").as_string().size() == 24);
    CHECK(text.find("GET route") == std::string::npos); // immediate ones are for debugging
}

TEST_CASE("text lines quote what is not plain", "[http][shell][log]") {
    Captured captured;
    captured.logger->set_level(spdlog::level::debug);
    FakeService service;
    service.on_handle = [](server::Request) -> server::Response {
        throw std::runtime_error("two\nlines");
    };
    {
        TestServer server(service, {}, server::Log(captured.logger, server::LogFormat::text));
        server.client().get("/fast", {{"X-Request-Id", "with space"}});
        server->stop();
    }
    auto const text = captured.text.str();
    CHECK(text.find("error a handler failed request_id=\"with space\" method=GET") !=
          std::string::npos);
    CHECK(text.find("error=\"two\\u000alines\"") != std::string::npos);
    CHECK(text.find("debug request ") != std::string::npos);
    CHECK(text.find("status=500") != std::string::npos);
}

TEST_CASE("statistics count answers by route, class and time", "[http][shell][log]") {
    FakeService service;
    service.on_handle = [](server::Request request) {
        return server::Response{.status = request.head.target == "/read" ? 200 : 404};
    };
    TestServer server(service);
    auto client = server.client();
    client.get("/read");
    client.get("/read");
    client.get("/fast");
    client.post("/read", std::string_view("{}"));
    auto const statistics = server->statistics();
    auto const& get = statistics.routes.at("GET route");
    CHECK(get.by_class == std::array<std::uint64_t, 5>{0, 2, 0, 1, 0});
    CHECK(statistics.routes.at("POST route").by_class[1] == 1);
    std::uint64_t timed = 0;
    for (auto const count : get.latency) {
        timed += count;
    }
    CHECK(timed == 3);
    CHECK(get.latency_sum > 0);
    CHECK(statistics.connections == 1);
    CHECK(statistics.bytes_received > 200);
    CHECK(statistics.bytes_sent > 400);
    REQUIRE(statistics.lanes.size() == 3);
    CHECK(statistics.lanes[1].name == "write");
    CHECK(statistics.lanes[1].threads == 4);
    CHECK(statistics.lanes[1].queue_limit == 1024);
}
