#include "shell_support.hpp"
#include <catch2/catch.hpp>

using namespace loci;
using namespace loci::tests;

namespace {

HttpHeaders const preflight{{"Origin", "https://a.example"},
                            {"Access-Control-Request-Method", "POST"},
                            {"Access-Control-Request-Headers", "authorization,content-type"}};

} // namespace

TEST_CASE("without configuration there is no CORS", "[http][shell][cors]") {
    FakeService service;
    TestServer server(service);
    auto client = server.client();
    CHECK(client.request("OPTIONS", "/read", {}, preflight).body == "OPTIONS /read ");
    auto const answer = client.get("/read", {{"Origin", "https://a.example"}});
    CHECK(answer.count("access-control-allow-origin") == 0);
    CHECK(answer.count("vary") == 0);
}

TEST_CASE("listed origins may ask", "[http][shell][cors]") {
    FakeService service;
    TestServer server(service, {.cors_origins = {"https://a.example", "https://b.example"}});
    auto client = server.client();
    auto const allowed = client.request("OPTIONS", "/read", {}, preflight);
    CHECK(allowed.status == 204);
    CHECK(allowed.header("access-control-allow-origin") == "https://a.example");
    CHECK(allowed.header("access-control-allow-headers") == "authorization,content-type");
    CHECK(allowed.header("access-control-allow-methods").find("DELETE") != std::string::npos);
    CHECK(allowed.header("access-control-max-age") == "600");
    CHECK(allowed.header("vary") == "Origin");
    CHECK(allowed.count("access-control-allow-credentials") == 0);

    auto const other =
        client.request("OPTIONS", "/read", {},
                       {{"Origin", "https://c.example"}, {"Access-Control-Request-Method", "GET"}});
    CHECK(other.status == 204);
    CHECK(other.count("access-control-allow-origin") == 0);
    CHECK(other.count("access-control-allow-methods") == 0);

    auto const answer = client.get("/read", {{"Origin", "https://b.example"}});
    CHECK(answer.header("access-control-allow-origin") == "https://b.example");
    CHECK(answer.header("access-control-expose-headers").find("X-Request-Id") != std::string::npos);
    CHECK(client.get("/read").header("vary") == "Origin");
    CHECK(client.request("OPTIONS", "/read").body == "OPTIONS /read "); // no preflight
}

TEST_CASE("a star lets everybody ask, never with credentials", "[http][shell][cors]") {
    FakeService service;
    TestServer server(service, {.cors_origins = {"*"}});
    auto client = server.client();
    for (auto const& answer : {client.request("OPTIONS", "/read", {}, preflight),
                               client.get("/read", {{"Origin", "null"}})}) {
        CHECK(answer.header("access-control-allow-origin") == "*");
        CHECK(answer.count("access-control-allow-credentials") == 0);
        CHECK(answer.count("vary") == 0);
    }
}

TEST_CASE("refusals of the shell carry CORS too", "[http][shell][cors]") {
    FakeService service;
    service.body_limit = 10;
    TestServer server(service, {.cors_origins = {"*"}});
    auto const answer = server.client().post("/read", std::string_view("more than ten bytes"),
                                             {{"Origin", "https://a.example"}});
    CHECK(answer.status == 413);
    CHECK(answer.header("access-control-allow-origin") == "*");
}

TEST_CASE("a service that speaks CORS itself is not corrected", "[http][shell][cors]") {
    FakeService service;
    service.on_handle = [](server::Request) {
        return server::Response{.headers = {{"Access-Control-Allow-Origin", "*"}}};
    };
    TestServer server(service, {.cors_origins = {"https://a.example"}});
    auto const answer = server.client().get("/read", {{"Origin", "https://a.example"}});
    CHECK(answer.count("access-control-allow-origin") == 1);
    CHECK(answer.header("access-control-allow-origin") == "*");
}
