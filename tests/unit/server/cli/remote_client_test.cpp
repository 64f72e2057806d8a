#include "support/result_text.hpp"

#include <boost/json.hpp>
#include <cli/memory_json.hpp>
#include <cli/remote_client.hpp>
#include <deque>
#include <fmt/format.h>

namespace loci::cli {
namespace {

/// Answers as told, and keeps what was asked.
class ScriptedTransport final : public Transport {
public:
    Result<OutboundAnswer> send(OutboundRequest const& request) override {
        requests.push_back(request);
        auto answer = std::move(answers.front());
        answers.pop_front();
        if (answer && request.receive && answer->status == 200) {
            for (auto const letter : std::exchange(answer->body, {})) {
                if (!request.receive(std::string_view{&letter, 1})) {
                    return Error{ErrorKind::unavailable, "EXCHANGE_FAILED", "broken off"};
                }
            }
        }
        return answer;
    }

    void will_answer(int status, std::string body) {
        answers.emplace_back(OutboundAnswer{status, {}, std::move(body)});
    }

    std::deque<Result<OutboundAnswer>> answers;
    std::vector<OutboundRequest> requests;
};

constexpr auto id = "1f0e5b52-5f0c-4f5c-8d7a-0a4b1c2d3e4f";

std::string memory_json(std::string const& content) {
    return boost::json::serialize(boost::json::value{{"id", id},
                                                     {"content", content},
                                                     {"space", "default"},
                                                     {"tags", boost::json::array{}},
                                                     {"createdAt", "2026-03-20T09:00:00.000Z"}});
}

struct Remote {
    ScriptedTransport transport;
    RemoteClient client{transport, {"http://127.0.0.1:1/", "mk_key", "/ca.pem"}};
};

TEST_CASE("a memory goes to the write route with the key", "[cli][remote]") {
    Remote remote;
    remote.transport.will_answer(201, memory_json("x"));
    auto const stored = remote.client.remember({.content = "x"}, {});
    REQUIRE(stored);
    CHECK(to_string(stored->memory.id.value) == id);
    CHECK(stored->near.empty());
    auto const& request = remote.transport.requests.at(0);
    CHECK(request.method == "POST");
    CHECK(request.url == "http://127.0.0.1:1/v1/memory/write");
    CHECK(request.certificate_authority_file == "/ca.pem");
    CHECK(request.headers ==
          decltype(request.headers){{"x-api-key", "mk_key"}, {"content-type", "application/json"}});
    CHECK(boost::json::parse(request.body).at("content") == "x");
}

TEST_CASE("near duplicates are asked for and read", "[cli][remote]") {
    Remote remote;
    auto answer = memory_json("x");
    answer.insert(1, fmt::format(R"("duplicate":true,"nearDuplicates":[{{"id":"{}",)"
                                 R"("similarity":0.97,"words":0.9}}],)",
                                 id));
    remote.transport.will_answer(200, answer);
    auto const stored = remote.client.remember({.content = "x"}, memory::NearRule::merge);
    REQUIRE(stored);
    CHECK(stored->duplicate);
    REQUIRE(stored->near.size() == 1);
    CHECK(stored->near.front().similarity == Approx(0.97));
    CHECK(stored->near.front().words == Approx(0.9));
    CHECK(boost::json::parse(remote.transport.requests.at(0).body).at("nearDuplicates") == "merge");
    remote.transport.will_answer(201, R"({"nearDuplicates":[1],)" + memory_json("x").substr(1));
    CHECK_FALSE(remote.client.remember({.content = "x"}, memory::NearRule::merge));
}

TEST_CASE("refusals keep their code, text and fields", "[cli][remote]") {
    auto const error =
        error_of_answer(400, R"({"statusCode":400,"error":"Bad Request","message":["a","b"],
        "code":"VALIDATION_ERROR","details":{"fields":[{"path":"content","rule":"maxLength"}]}})");
    CHECK(error.kind == ErrorKind::invalid);
    CHECK(error.reason == "VALIDATION_ERROR");
    CHECK(error.message == "a; b");
    CHECK(error.fields.at(0) == FieldError{"content", "maxLength"});
    CHECK(error_of_answer(401, "{}").kind == ErrorKind::unauthenticated);
    CHECK(error_of_answer(403, "{}").kind == ErrorKind::forbidden);
    CHECK(error_of_answer(404, "no JSON").kind == ErrorKind::not_found);
    CHECK(error_of_answer(409, "[]").kind == ErrorKind::conflict);
    CHECK(error_of_answer(413, "").kind == ErrorKind::invalid);
    CHECK(error_of_answer(429, "{}").kind == ErrorKind::exhausted);
    CHECK(error_of_answer(503, "{}").kind == ErrorKind::unavailable);
    CHECK(error_of_answer(302, "").message.find("302") != std::string::npos);
}

TEST_CASE("a server that cannot be reached is named", "[cli][remote]") {
    Remote remote;
    remote.transport.answers.emplace_back(
        Error{ErrorKind::unavailable, "EXCHANGE_FAILED", "refused"});
    auto const stored = remote.client.remember({.content = "x"}, {});
    REQUIRE_FALSE(stored);
    CHECK(stored.error().message.find("http://127.0.0.1:1") != std::string::npos);
    remote.transport.will_answer(200, "not JSON");
    CHECK(remote.client.remember({.content = "x"}, {}).error().reason == "UNEXPECTED_ANSWER");
}

TEST_CASE("a question carries its filters", "[cli][remote]") {
    Remote remote;
    auto hit = memory_json("found");
    hit.insert(1,
               R"("similarity":0.75,"score":{"fused":1.5,"semanticRank":1,"keywordRank":null},)");
    remote.transport.will_answer(200, R"({"items":[)" + hit +
                                          R"(],"total":1,"retrieval":{"degraded":true}})");
    memory::RecallQuery query{.query = "q", .limit = 3, .explain = true};
    query.filter.scope.space = OneOf{{"a", "b"}};
    query.filter.tags.all = {"t"};
    query.mode = memory::RecallMode::keyword;
    query.order = memory::RecallOrder::recent;
    query.similarity_floor = 0.5;
    auto const recall = remote.client.recall(query);
    REQUIRE(recall);
    CHECK(recall->degraded);
    CHECK(recall->total == 1);
    CHECK(recall->hits.at(0).similarity == 0.75);
    CHECK(recall->hits.at(0).semantic_rank == 1);
    auto const body = boost::json::parse(remote.transport.requests.at(0).body);
    CHECK(body == boost::json::value{{"query", "q"},
                                     {"limit", 3},
                                     {"offset", 0},
                                     {"mode", "KEYWORD"},
                                     {"explain", true},
                                     {"sort", "RECENT"},
                                     {"spaces", {"a", "b"}},
                                     {"tags", {{"all", boost::json::array{"t"}}}},
                                     {"similarityThreshold", 0.5}});
}

TEST_CASE("each imported item gets its own result", "[cli][remote]") {
    Remote remote;
    remote.transport.will_answer(
        201, std::string{R"({"successes":[{"index":1,"id":")"} + id +
                 R"("},{"index":9,"id":"x"}],"failures":[{"index":0,"errorCode":"VALIDATION_ERROR",
                 "errorMessage":"too long"}]})");
    auto const results = remote.client.import_items({{.content = "a"}, {.content = "b"}});
    REQUIRE(results);
    REQUIRE(results->size() == 2);
    CHECK(results->at(0).error().message == "too long");
    CHECK(to_string(results->at(1)->value) == id);
}

TEST_CASE("a memory that the API cannot hold whole is not sent", "[cli][remote]") {
    Remote remote;
    remote.transport.will_answer(201, std::string{R"({"successes":[{"index":0,"id":")"} + id +
                                          R"("}],"failures":[]})");
    auto const results = remote.client.import_items(
        {{.content = "a", .title = "t"},
         {.content = "b"},
         {.content = "c",
          .stamps = memory::ImportedStamps{.expired_at = Timestamp{std::chrono::hours{1}}}}});
    REQUIRE(results);
    REQUIRE(results->size() == 3);
    CHECK(results->at(0).error().reason == "NOT_CARRIED");
    CHECK(results->at(0).error().message.find("title") != std::string::npos);
    CHECK(to_string(results->at(1)->value) == id);
    CHECK(results->at(2).error().reason == "NOT_CARRIED");
    auto const body = boost::json::parse(remote.transport.requests.at(0).body);
    CHECK(body.at("memories").as_array().size() == 1);
}

TEST_CASE("an export is read event by event", "[cli][remote]") {
    Remote remote;
    auto const stream =
        "event: meta\ndata: {\"total\":2}\n\nevent: memory\ndata: " + memory_json("a") +
        "\n\nevent: memory\ndata: " + memory_json("b") + "\n\n";
    std::vector<std::string> contents;
    auto const collect = [&](std::string_view line, std::size_t total) {
        CHECK(total == 2);
        contents.push_back(read_new_memory(line)->content);
        return true;
    };
    SECTION("whole") {
        remote.transport.will_answer(200, stream + "event: done\ndata: {\"count\":2}\n\n");
        CHECK(remote.client.export_items({"a b", "c"}, collect));
        CHECK(contents == std::vector<std::string>{"a", "b"});
        CHECK(remote.transport.requests.at(0).url ==
              "http://127.0.0.1:1/v1/memory/stream/export?format=exchange&spaces=a%20b&spaces=c");
    }
    SECTION("cut off") {
        remote.transport.will_answer(200, stream);
        CHECK(remote.client.export_items({}, collect).error().reason == "EXPORT_CUT_OFF");
    }
    SECTION("with a row missing") {
        remote.transport.will_answer(200, stream + "event: done\ndata: {\"count\":3}\n\n");
        CHECK(remote.client.export_items({}, collect).error().reason == "EXPORT_CUT_OFF");
    }
    SECTION("ended by the server's error") {
        remote.transport.will_answer(
            200, stream + "event: error\ndata: {\"code\":\"X\",\"message\":\"broken\"}\n\n");
        CHECK(remote.client.export_items({}, collect).error().message == "broken");
    }
    SECTION("refused") {
        remote.transport.will_answer(403, R"({"code":"INSUFFICIENT_SCOPE","message":"no"})");
        CHECK(remote.client.export_items({}, collect).error().kind == ErrorKind::forbidden);
    }
    SECTION("no longer wanted") {
        remote.transport.will_answer(200, stream);
        CHECK(remote.client.export_items({}, [](auto const&, std::size_t) { return false; }));
    }
}

TEST_CASE("keys are made, listed and revoked", "[cli][remote]") {
    Remote remote;
    runtime::KeyId const key{*parse_uuid("01890a5d-ac96-774b-bcce-b302099a8057")};
    auto const view = R"("id":")" + to_string(key) +
                      R"(","name":"ci","masked":"mk_a...b","scopes":["memory:read"],
                      "createdAt":"2026-03-20T09:00:00.000Z")";
    remote.transport.will_answer(201, "{" + view + R"(,"key":"mk_secret"})");
    auto const issued = remote.client.create_key(
        {.name = "ci", .scopes = std::vector<std::string>{"memory:read"}, .expires_days = 30});
    REQUIRE(issued);
    CHECK(issued->secret == "mk_secret");
    CHECK(issued->key.permissions == runtime::PermissionSet{runtime::Permission::memory_read});
    CHECK(boost::json::parse(remote.transport.requests.at(0).body).at("expires_days") == 30);

    remote.transport.will_answer(200, R"({"items":[{)" + view + R"(}],"total":1})");
    CHECK(remote.client.list_keys({.include_revoked = true})->items.at(0).id == key);
    CHECK(remote.transport.requests.at(1).url.ends_with("includeRevoked=true"));

    remote.transport.will_answer(200, R"({"revokedAt":"2026-03-20T10:00:00.000Z"})");
    CHECK(remote.client.revoke_key(key)->revoked_at);
    CHECK(remote.transport.requests.at(2).method == "DELETE");
}

} // namespace
} // namespace loci::cli
