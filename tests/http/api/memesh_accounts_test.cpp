#include "api_support.hpp"

using namespace loci;
using namespace loci::tests;

TEST_CASE("a key is shown once, works at once, and is refused once revoked", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const made = client.post("/v1/keys", R"({"name":" laptop "})");
    REQUIRE(made.status == 201);
    CHECK(made.header("cache-control") == "no-store");
    auto const key = made.json().as_object();
    auto const secret = text_of(key.at("key"));
    CHECK(secret.starts_with("mk_"));
    CHECK(key.at("name") == "laptop");
    CHECK(text_of(key.at("id")).starts_with("key_"));
    CHECK(text_of(key.at("masked")).find("...") != std::string::npos);
    CHECK(key.at("lastUsedAt").is_null());
    CHECK(key.at("scopes").as_array().size() > 3);

    auto other = api.client(secret);
    CHECK(other.get("/v1/memory/count").status == 200);
    auto const list = client.get("/v1/keys");
    CHECK(list.status == 200);
    CHECK(list.json().at("total") == 2);
    CHECK(list.body.find(secret) == std::string::npos);
    CHECK(list.body.find("\"key\"") == std::string::npos);

    auto const path = "/v1/keys/" + text_of(key.at("id"));
    auto const revoked = client.remove(path);
    CHECK(revoked.status == 200);
    CHECK(revoked.json().at("id") == key.at("id"));
    CHECK(revoked.json().at("revoked") == true);
    CHECK(revoked.json().at("revokedAt").is_string());
    check_error(other.get("/v1/memory/count"), 401, "UNAUTHENTICATED");
    check_error(client.remove(path), 404, "KEY_NOT_FOUND");
    CHECK(client.get("/v1/keys").json().at("total") == 1);
    auto const all = client.get("/v1/keys?includeRevoked=true&limit=1").json();
    CHECK(all.at("total") == 2);
    CHECK(all.at("hasMore") == true);
    CHECK(all.at("limit") == 1);
}

TEST_CASE("keys take scopes and an end", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const made =
        client.post("/keys", R"({"name":"reader","scopes":["memory:read"],"expires_days":30})");
    REQUIRE(made.status == 201);
    CHECK(made.json().at("scopes") == json::array{"memory:read"});
    auto reader = api.client(text_of(made.json().at("key")));
    CHECK(reader.get("/memory/count").status == 200);
    check_error(reader.post("/keys", R"({"name":"more"})"), 403, "INSUFFICIENT_SCOPE");
    check_error(reader.get("/keys"), 403, "INSUFFICIENT_SCOPE");
    api.environment.clock.advance(std::chrono::hours{24 * 30} + std::chrono::seconds{1});
    check_error(reader.get("/memory/count"), 401, "UNAUTHENTICATED");
    CHECK(client.get("/memory/count").status == 200);
}

TEST_CASE("keys are minted in the style asked for", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const& [style, prefix] :
         {std::pair{R"("memesh")", "mk_"}, std::pair{"null", "mk_"},
          std::pair{R"("memesh_legacy")", "sk_memmesh_"}, std::pair{R"("memorose")", "sk_"},
          std::pair{R"("memoryrelay")", "mem_prod_"}}) {
        CAPTURE(style);
        auto const made =
            client.post("/v1/keys", std::string{R"({"name":"styled","style":)"} + style + "}");
        REQUIRE(made.status == 201);
        auto const secret = text_of(made.json().at("key"));
        CHECK(secret.starts_with(prefix));
        CHECK(api.client(secret).get("/v1/agents/me").status == 200);
    }
}

TEST_CASE("a key may revoke itself, whatever its scopes, and no other", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const made = client.post("/keys", R"({"name":"r","scopes":["memory:read"]})").json();
    auto const other = client.post("/keys", R"({"name":"o"})").json();
    auto reader = api.client(text_of(made.at("key")));
    check_error(reader.remove("/keys/" + text_of(other.at("id"))), 403, "INSUFFICIENT_SCOPE");
    CHECK(reader.remove("/keys/" + text_of(made.at("id"))).status == 200);
    check_error(reader.get("/agents/me"), 401, "UNAUTHENTICATED");
}

TEST_CASE("keys of another tenant are not there", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto foreigner = api.client(api.key_of_new_user(runtime::Role::owner, true));
    auto const mine = client.get("/keys").json().at("items").at(0).at("id");
    check_error(foreigner.remove("/keys/" + text_of(mine)), 404, "KEY_NOT_FOUND");
    CHECK(foreigner.get("/keys").json().at("total") == 1);
    CHECK(client.get("/keys").status == 200);
}

TEST_CASE("key requests that are not valid", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const& [body, faults] :
         {std::pair{R"({})", "name required;"}, std::pair{R"({"name":" "})", "name minLength;"},
          std::pair{R"({"name":"x","scopes":[]})", "scopes minItems;"},
          std::pair{R"({"name":"x","scopes":["memory:all"]})", "scopes[0] enum;"},
          std::pair{R"({"name":"x","expires_days":0})", "expires_days minimum;"},
          std::pair{R"({"name":"x","expires_days":3651})", "expires_days maximum;"},
          std::pair{R"({"name":"x","expires_days":1.5})", "expires_days type;"},
          std::pair{R"({"name":"x","style":"MEMESH"})", "style enum;"},
          std::pair{R"({"name":"x","style":7})", "style type;"}}) {
        CAPTURE(body);
        auto const error = check_error(client.post("/keys", body), 400, "VALIDATION_ERROR");
        CHECK(faults_of(error) == faults);
    }
    check_error(client.remove("/keys/x1"), 404, "KEY_NOT_FOUND");
    check_error(client.remove("/keys/a%20b"), 400, "VALIDATION_ERROR");
    check_error(client.get("/keys?includeRevoked=perhaps"), 400, "VALIDATION_ERROR");
}

TEST_CASE("a user has at most 100 active keys", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (int at = 1; at < 100; ++at) {
        REQUIRE(client.post("/keys", R"({"name":"k"})").status == 201);
    }
    check_error(client.post("/keys", R"({"name":"k"})"), 409, "KEY_LIMIT");
}

TEST_CASE("every valid key has an agent", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const answer = client.get("/agents/me");
    REQUIRE(answer.status == 200);
    auto const agent = answer.json().as_object();
    CHECK(text_of(agent.at("id")).starts_with("agt_"));
    CHECK(agent.at("agentType") == "custom");
    CHECK_FALSE(text_of(agent.at("agentName")).empty());
    CHECK(agent.at("status") == "online");
    CHECK(agent.at("capabilities") == json::object{});
    CHECK(agent.at("pendingMessages") == 0);
    CHECK(agent.at("dispatchTargetId").is_null());
    check_error(api.stranger().get("/agents/me"), 401, "UNAUTHENTICATED");
}

TEST_CASE("an agent registers once and changes later", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const id = client.get("/agents/me").json().at("id");
    auto const first = client.post("/v1/agents/register",
                                   R"({"agentType":"claude","agentName":"my-agent",
                                       "agentVersion":"1.0.0","capabilities":{"platform":"x"}})");
    CHECK(first.status == 201);
    CHECK(first.json().at("id") == id);
    CHECK(first.json().at("agentName") == "my-agent");
    auto const second = client.post("/agents/register", R"({"agentType":"codex"})");
    CHECK(second.status == 200);
    CHECK(second.json().at("agentType") == "codex");
    CHECK(second.json().at("agentName") == "my-agent");
    CHECK(second.json().at("agentVersion") == "1.0.0");
    CHECK(second.json().at("capabilities") == json::object{{"platform", "x"}});
    CHECK(remember(client, {{"content", "x"}}).at("agentId") == id);
    api.restart();
    auto again = api.client();
    CHECK(again.get("/agents/me").json().at("agentName") == "my-agent");
}

TEST_CASE("agent registrations that are not valid", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const& [body, faults] :
         {std::pair{std::string{"{}"}, "agentType required;"},
          std::pair{std::string{R"({"agentType":"robot"})"}, "agentType enum;"},
          std::pair{std::string{R"({"agentType":"claude","agentName":"my agent"})"},
                    "agentName pattern;"},
          std::pair{std::string{R"({"agentType":"claude","agentName":""})"},
                    "agentName minLength;"},
          std::pair{std::string{R"({"agentType":"claude","capabilities":[]})"},
                    "capabilities type;"},
          std::pair{R"({"agentType":"claude","capabilities":{"k":")" + std::string(16384, 'x') +
                        "\"}}",
                    "capabilities maxBytes;"}}) {
        auto const error =
            check_error(client.post("/agents/register", body), 400, "VALIDATION_ERROR");
        CHECK(faults_of(error) == faults);
    }
    auto other = api.client(api.key_of_new_user(runtime::Role::member));
    CHECK(other.post("/agents/register", R"({"agentType":"claude","agentName":"Taken"})").status ==
          201);
    check_error(client.post("/agents/register", R"({"agentType":"claude","agentName":"taken"})"),
                409, "AGENT_NAME_TAKEN");
    auto viewer = api.client(api.key_of_new_user(runtime::Role::viewer));
    check_error(viewer.post("/agents/register", R"({"agentType":"claude"})"), 403,
                "INSUFFICIENT_ROLE");
    CHECK(viewer.get("/agents/me").status == 200);
}
