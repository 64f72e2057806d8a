#include "api_support.hpp"

using namespace loci;
using namespace loci::tests;

TEST_CASE("every mount answers", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const* prefix : {"/v1", "", "/memesh", "/memesh/v1", "//v1", "///memesh"}) {
        CAPTURE(prefix);
        CHECK(client.get(prefix + std::string{"/memory/count"}).status == 200);
        CHECK(client.get(prefix + std::string{"/memory/count/"}).status == 200);
    }
    for (auto const* path :
         {"/v1/v1/memory/count", "/v1//memory/count", "/memory/count//",
          "/memesh/memesh/memory/count", "/memory", "/v1", "/memesh", "/v1/x", "/v1/memories",
          "/v2/context", "/api/v2/agents", "/memoryrelay/v1/keys", "/v1/memory/context",
          "/v1/agents/x1", "/console", "/a2a"}) {
        CAPTURE(path);
        check_error(client.get(path), 404, "ROUTE_NOT_FOUND");
    }
}

TEST_CASE("the bare alias can be switched off", "[http][memesh]") {
    RunningApi api{{.bare_alias = false}};
    auto client = api.client();
    check_error(client.get("/memory/count"), 404, "ROUTE_NOT_FOUND");
    CHECK(client.get("/v1/memory/count").status == 200);
    CHECK(client.get("/memesh/memory/count").status == 200);
    CHECK(client.get("/health").status == 200);
}

TEST_CASE("a known path with a wrong method is 405 with Allow", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const& [method, path, allow] :
         {std::tuple{"GET", "/v1/memory/write", "POST, OPTIONS"},
          std::tuple{"DELETE", "/v1/agents/me", "GET, HEAD, OPTIONS"},
          std::tuple{"PUT", "/v1/memory/search", "GET, HEAD, POST, OPTIONS"},
          std::tuple{"PATCH", "/v1/memory/items/x1", "DELETE, GET, HEAD, OPTIONS"},
          std::tuple{"POST", "/health", "GET, HEAD, OPTIONS"},
          std::tuple{"GARBAGE", "/v1/keys", "GET, HEAD, POST, OPTIONS"}}) {
        CAPTURE(method, path);
        auto const answer = client.request(method, path);
        check_error(answer, 405, "METHOD_NOT_ALLOWED");
        CHECK(answer.header("allow") == allow);
    }
    auto const options = client.request("OPTIONS", "/v1/memory/search");
    CHECK(options.status == 204);
    CHECK(options.header("allow") == "GET, HEAD, POST, OPTIONS");
}

TEST_CASE("HEAD is GET without its body", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const get = client.get("/v1/memory/count");
    auto const head = client.request("HEAD", "/v1/memory/count");
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    CHECK(head.header("content-length") == get.header("content-length"));
    CHECK(client.request("HEAD", "/v1/memory/items/x1").status == 404);
}

TEST_CASE("credentials that are not good are refused alike", "[http][memesh]") {
    RunningApi api;
    auto const& key = api.owner_key;
    auto altered = key;
    altered.back() = altered.back() == 'a' ? 'b' : 'a';
    std::vector<HttpHeaders> const bad{
        {},
        {{"x-api-key", ""}},
        {{"x-api-key", "nonsense"}},
        {{"x-api-key", altered}},
        {{"x-api-key", key + " "}, {"authorization", "Bearer " + altered}},
        {{"authorization", "Basic " + key}},
        {{"authorization", key}},
        {{"x-api-key", key}, {"x-api-key", key}},
        {{"authorization", "Bearer " + key}, {"authorization", "Bearer " + key}},
        {{"x-api-key", std::string(10'000, 'k')}},
        {{"cookie", "memanto_session_token=" + key}},
    };
    std::string expected;
    for (auto const& headers : bad) {
        auto client = api.stranger();
        auto const answer = client.get("/v1/memory/count", headers);
        auto error = check_error(answer, 401, "UNAUTHENTICATED");
        error.erase("requestId");
        auto const text = json::serialize(error);
        expected = expected.empty() ? text : expected;
        CHECK(text == expected);
        CHECK(answer.header("www-authenticate") == "Bearer");
        check_error(client.post("/v1/memory/write", "not even JSON", headers), 401,
                    "UNAUTHENTICATED");
    }
    auto client = api.stranger();
    CHECK(client.get("/v1/memory/count", {{"X-API-KEY", key}}).status == 200);
    CHECK(client.get("/v1/memory/count", {{"Authorization", "bearer " + key}}).status == 200);
    CHECK(client.get("/v1/memory/count", {{"x-api-key", key}, {"authorization", "Bearer " + key}})
              .status == 200);
    check_error(client.get("/v1/memory/count?x-api-key=" + key), 401, "UNAUTHENTICATED");
}

TEST_CASE("a long body without a credential is not read", "[http][memesh]") {
    RunningApi api;
    auto client = api.stranger();
    client.send_raw(
        "POST /v1/memory/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        "Content-Length: 60000000\r\n\r\n");
    check_error(client.read_answer(), 401, "UNAUTHENTICATED");
}

TEST_CASE("bodies must call themselves JSON", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const send = [&](HttpHeaders const& headers) {
        return client.request("POST", "/v1/memory/write", R"({"content":"x"})", headers);
    };
    CHECK(send({{"content-type", "application/json"}}).status == 201);
    CHECK(send({{"content-type", "Application/JSON ; charset=utf-8"}}).status == 201);
    for (auto const* type : {"text/plain", "application/x-www-form-urlencoded", "application/xml",
                             "multipart/form-data; boundary=x", "application/jsonx", "json"}) {
        check_error(send({{"content-type", type}}), 415, "UNSUPPORTED_MEDIA_TYPE");
    }
    check_error(send({}), 415, "UNSUPPORTED_MEDIA_TYPE");
}

TEST_CASE("bodies must come without a content coding", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const write = [&](char const* coding) {
        return client.request("POST", "/v1/memory/write", R"({"content":"x"})",
                              {{"content-type", "application/json"}, {"content-encoding", coding}});
    };
    CHECK(write("identity").status == 201);
    for (auto const* coding : {"gzip", "br", "gzip, identity"}) {
        auto const error = check_error(write(coding), 415, "UNSUPPORTED_MEDIA_TYPE");
        CHECK(text_of(error.at("message")).find("content coding") != std::string::npos);
    }
}

TEST_CASE("an empty body is an empty object", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const answer = client.request("POST", "/v1/memory/write");
    CHECK(faults_of(check_error(answer, 400, "VALIDATION_ERROR")) == "content required;");
    auto const typed =
        client.request("POST", "/v1/memory/query", "", {{"content-type", "application/json"}});
    CHECK(faults_of(check_error(typed, 400, "VALIDATION_ERROR")) == "query required;");
}

TEST_CASE("the body limit is the route's", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    std::string const large = "{\"content\":\"" + std::string(9u * 1024 * 1024, 'x') + "\"}";
    check_error(client.post("/v1/memory/write", large), 413, "BODY_TOO_LARGE");
    auto other = api.client();
    auto const batch = other.post("/v1/memory/batch", "{\"memories\":[" + large + "]}");
    CHECK(batch.status == 200);
    CHECK(batch.json().at("failures").at(0).at("content").as_string().size() == 200);
}

TEST_CASE("targets that are malformed or too long", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    check_error(client.get("/v1/memory/%zz"), 400, "MALFORMED_TARGET");
    check_error(client.get("/v1/memory/items/%00"), 400, "MALFORMED_TARGET");
    auto other = api.client();
    CHECK(other.get("/v1/memory/count?x=" + std::string(60'000, 'x')).status == 200);
    auto third = api.client();
    check_error(third.get("/v1/memory/count?x=" + std::string(66'000, 'x')), 414,
                "TARGET_TOO_LONG");
}

TEST_CASE("request ids are echoed", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    CHECK(client.get("/v1/memory/count", {{"x-request-id", "my-id"}}).header("x-request-id") ==
          "my-id");
    auto const error = check_error(client.get("/v1/memory/items/x1", {{"x-request-id", "my-id"}}),
                                   404, "MEMORY_NOT_FOUND");
    CHECK(error.at("requestId") == "my-id");
    CHECK_FALSE(client.get("/v1/memory/count").header("x-request-id").empty());
}
