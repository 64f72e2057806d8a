#include "api_support.hpp"

using namespace loci;
using namespace loci::tests;

namespace {

std::string path_of(json::object const& memory) {
    return "/v1/memory/items/" + text_of(memory.at("id"));
}

} // namespace

TEST_CASE("a deleted memory is gone everywhere", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const memory = remember(client, {{"content", "a passing thought"}});
    auto const deleted = client.remove(path_of(memory));
    CHECK(deleted.status == 200);
    CHECK(deleted.json() == json::value{{"id", memory.at("id")}, {"deleted", true}});
    check_error(client.remove(path_of(memory)), 404, "MEMORY_NOT_FOUND");
    check_error(client.get(path_of(memory)), 404, "MEMORY_NOT_FOUND");
    CHECK(client.get("/memory/search?query=passing+thought").body == "[]");
    CHECK(client.get("/memory/search?query=*").body == "[]");
    CHECK(client.get("/memory/count").body == R"({"count":0})");
    api.restart();
    auto again = api.client();
    check_error(again.get(path_of(memory)), 404, "MEMORY_NOT_FOUND");
}

TEST_CASE("ids are checked, not trusted", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    for (auto const* id :
         {"x1", "mem_01J00000000000000000000000", "00000000-0000-0000-0000-000000000000",
          "123e4567-e89b-42d3-a456-426614174000"}) {
        check_error(client.get(std::string{"/v1/memory/items/"} + id), 404, "MEMORY_NOT_FOUND");
        check_error(client.remove(std::string{"/v1/memory/items/"} + id), 404, "MEMORY_NOT_FOUND");
    }
    for (auto const* id : {"a%20b", "%27", "a%2Fb", "..", "caf%C3%A9"}) {
        CAPTURE(id);
        auto const error =
            check_error(client.get(std::string{"/v1/memory/items/"} + id), 400, "VALIDATION_ERROR");
        CHECK(faults_of(error) == "id pattern;");
    }
    CHECK(faults_of(check_error(client.get("/v1/memory/items/" + std::string(65, 'x')), 400,
                                "VALIDATION_ERROR")) == "id maxLength;");
    check_error(client.get("/v1/memory/items/"), 404, "ROUTE_NOT_FOUND");
}

TEST_CASE("memories of other users and tenants are not there", "[http][memesh]") {
    RunningApi api;
    auto mine = api.client();
    auto colleague = api.client(api.key_of_new_user(runtime::Role::member));
    auto foreigner = api.client(api.key_of_new_user(runtime::Role::owner, true));
    auto const memory = remember(mine, {{"content", "a private secret"}});
    auto const shared = remember(mine, {{"content", "a shared secret"}, {"space", "team:all"}});

    for (auto* client : {&colleague, &foreigner}) {
        check_error(client->get(path_of(memory)), 404, "MEMORY_NOT_FOUND");
        check_error(client->remove(path_of(memory)), 404, "MEMORY_NOT_FOUND");
    }
    check_error(foreigner.get(path_of(shared)), 404, "MEMORY_NOT_FOUND");
    check_error(foreigner.remove(path_of(shared)), 404, "MEMORY_NOT_FOUND");
    CHECK(foreigner.get("/memory/search?query=secret").body == "[]");
    CHECK(foreigner.get("/memory/search?query=*").body == "[]");
    CHECK(foreigner.get("/memory/count").body == R"({"count":0})");
    CHECK(foreigner.get("/memory/spaces").body == R"({"spaces":[],"total":0})");
    CHECK(foreigner.get("/v1/memory/stream/export").body.find("secret") == std::string::npos);

    CHECK(colleague.get(path_of(shared)).status == 200);
    CHECK(contents_of(colleague.get("/memory/search?query=secret").json()) ==
          std::vector<std::string>{"a shared secret"});
    CHECK(colleague.get("/memory/count").body == R"({"count":1})");
    CHECK(colleague.get("/v1/memory/stream/export").body.find("private") == std::string::npos);
    CHECK(mine.get("/memory/count").body == R"({"count":2})");
}

TEST_CASE("a viewer reads and does not write", "[http][memesh]") {
    RunningApi api;
    auto owner = api.client();
    auto viewer = api.client(api.key_of_new_user(runtime::Role::viewer));
    auto const shared = remember(owner, {{"content", "for all"}, {"space", "team:all"}});
    CHECK(viewer.get(path_of(shared)).status == 200);
    CHECK(viewer.get("/memory/count").body == R"({"count":1})");
    auto const error =
        check_error(viewer.post("/memory/write", R"({"content":"x"})"), 403, "INSUFFICIENT_ROLE");
    CHECK(error.at("details").at("required") == "MEMBER");
    check_error(viewer.post("/memory/batch", R"({"memories":[{"content":"x"}]})"), 403,
                "INSUFFICIENT_ROLE");
    check_error(viewer.remove(path_of(shared)), 403, "INSUFFICIENT_ROLE");
    // what is not there is 404 before it is 403, and what is malformed 400 before both
    check_error(viewer.remove("/v1/memory/items/x1"), 404, "MEMORY_NOT_FOUND");
    check_error(viewer.post("/memory/write", "{}"), 400, "VALIDATION_ERROR");
    CHECK(owner.get(path_of(shared)).status == 200);
}

TEST_CASE("scopes narrow what a key may do", "[http][memesh]") {
    RunningApi api;
    auto owner = api.client();
    auto const memory = remember(owner, {{"content", "x"}});
    auto reader = api.client(api.key_with_scopes({"memory:read"}));
    auto writer = api.client(api.key_with_scopes({"memory_write"}));
    CHECK(reader.get(path_of(memory)).status == 200);
    auto const error =
        check_error(reader.post("/memory/write", R"({"content":"x"})"), 403, "INSUFFICIENT_SCOPE");
    CHECK(error.at("details").at("required") == json::array{"memory:write"});
    check_error(reader.remove(path_of(memory)), 403, "INSUFFICIENT_SCOPE");
    CHECK(writer.post("/memory/write", R"({"content":"y"})").status == 201);
    check_error(writer.get("/memory/count"), 403, "INSUFFICIENT_SCOPE");
    check_error(writer.get("/memory/stream/export"), 403, "INSUFFICIENT_SCOPE");
    check_error(writer.remove(path_of(memory)), 403, "INSUFFICIENT_SCOPE");
    CHECK(reader.get("/agents/me").status == 200);
    CHECK(writer.get("/agents/me").status == 200);
}
