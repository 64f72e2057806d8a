#include "api_support.hpp"

using namespace loci;
using namespace loci::tests;

TEST_CASE("health satisfies the clients of every dialect", "[http][pages]") {
    RunningApi api;
    auto client = api.stranger();
    api.environment.clock.advance(std::chrono::seconds{90});
    for (auto const* path : {"/health", "/v1/health", "/memesh/health", "/memesh/v1/health"}) {
        CAPTURE(path);
        auto const answer = client.get(path, {{"x-api-key", "wrong"}});
        REQUIRE(answer.status == 200);
        auto const body = answer.json().as_object();
        CHECK(body.at("status") == "healthy");
        CHECK(body.at("service") == "MEMANTO");
        CHECK(body.at("version") == "0.1.0");
        CHECK(body.at("time") == "2026-03-20T09:01:30.000Z");
        CHECK(body.at("moorcheh_connected") == true);
        CHECK(body.at("api_version") == "v1");
        CHECK(body.at("environment") == "local");
        CHECK(body.at("timestamp").as_int64() == 1773997290);
        CHECK(body.at("uptime_seconds").as_int64() == 90);
        CHECK(body.at("services").as_object().size() == 6);
        for (auto const& [name, state] : body.at("services").as_object()) {
            CHECK(state == "up");
        }
        CHECK(body.at("embedding_info") ==
              json::value{{"provider", "local:wordnet-1"}, {"dimension", 256}});
    }
}

TEST_CASE("readiness and liveness", "[http][pages]") {
    RunningApi api;
    auto client = api.stranger();
    CHECK(client.get("/ready").body == R"({"status":"ready"})");
    CHECK(client.get("/live").body == R"({"status":"alive"})");
    check_error(client.get("/v1/ready"), 404, "ROUTE_NOT_FOUND");
}

TEST_CASE("the root answers what is asked for", "[http][pages]") {
    RunningApi api;
    auto client = api.stranger();
    auto const plain = client.get("/");
    CHECK(plain.body == "Memorose is running.");
    CHECK(plain.header("content-type") == "text/plain; charset=utf-8");
    auto const data = client.get("/", {{"accept", "application/json"}});
    CHECK(data.json().at("service") == "MEMANTO");
    CHECK(data.json().at("docs") == "/docs");
    auto const browser = client.get("/", {{"accept", "text/html,application/xhtml+xml"}});
    CHECK(browser.status == 302);
    CHECK(browser.header("location") == "/docs");
}

TEST_CASE("metrics are in the format of Prometheus", "[http][pages]") {
    RunningApi api;
    auto client = api.client();
    remember(client, {{"content", "x"}});
    auto const answer = client.get("/metrics");
    CHECK(answer.status == 200);
    CHECK(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    for (auto const* line :
         {"loci_build_info{version=\"0.1.0\"} 1\n", "loci_store_up 1\n", "loci_connections 1\n",
          "loci_http_requests_total{route=\"POST /v1/memory/write\",class=\"2xx\"} 1\n",
          "# TYPE loci_http_request_seconds histogram\n", "loci_lane_queued{lane=\"write\"} 0\n",
          "loci_refusals_total{reason=\"overloaded\"} 0\n", "loci_embedding_up 1\n",
          "loci_embedding_pending 0\n", "dimension=\"256\"} 1\n",
          "loci_index_budget_bytes 2147483648\n", "# TYPE loci_index_evictions_total counter\n"}) {
        CAPTURE(line);
        CHECK(answer.body.find(line) != std::string::npos);
    }
    std::size_t begin = 0;
    while (begin < answer.body.size()) { // every line is a comment, or a name and a number
        auto const end = answer.body.find('\n', begin);
        REQUIRE(end != std::string::npos);
        auto const line = answer.body.substr(begin, end - begin);
        CAPTURE(line);
        CHECK((line.starts_with("# ") ||
               (line.starts_with("loci_") && line.rfind(' ') != std::string::npos)));
        begin = end + 1;
    }
}

TEST_CASE("documents are served, also per mount", "[http][pages]") {
    RunningApi api;
    auto client = api.stranger();
    for (auto const* path : {"/openapi.json", "/v1/openapi.json"}) {
        auto const document = client.get(path).json();
        CHECK(document.at("openapi") == "3.1.0");
        CHECK(document.at("info").at("version") == "0.1.0");
        CHECK(document.at("paths").as_object().contains("/v1/memory/write"));
        CHECK(document.at("paths").as_object().contains("/health"));
    }
    auto const mesh = client.get("/memesh/openapi.json").json();
    CHECK(mesh.at("servers").at(0).at("url") == "/memesh");
    CHECK_FALSE(mesh.at("paths").as_object().contains("/health"));
    for (auto const* path : {"/docs", "/redoc"}) {
        auto const page = client.get(path);
        CHECK(page.status == 200);
        CHECK(page.header("content-type") == "text/html; charset=utf-8");
        CHECK(page.header("content-security-policy").starts_with("default-src 'none'"));
        CHECK(page.body.starts_with("<!doctype html>"));
    }
}
