#include "api/owner.hpp"

#include "api/target.hpp"
#include "route_tables.hpp"

#include <catch2/catch.hpp>
#include <support/result_text.hpp>

using namespace loci;
using namespace loci::server;
using namespace loci::testing;

namespace {

constexpr std::string_view ids[] = {"x1", "stats", "context", "me"};

Ownership ownership_of(std::string_view path, bool relay_credential = false,
                       ServedDialects served = ServedDialects::all()) {
    auto const target = parse_target(path);
    REQUIRE(target);
    return owner_of(target->segments, relay_credential, served);
}

Owner owner(std::string_view path, bool relay_credential = false,
            ServedDialects served = ServedDialects::all()) {
    return ownership_of(path, relay_credential, served).owner;
}

/// The path with every parameter replaced by one id.
std::string with_id(std::string_view path, std::string_view id) {
    std::string out;
    for (std::size_t at = 0; at < path.size(); ++at) {
        if (path[at] == '{') {
            out += id;
            at = path.find('}', at);
        } else {
            out += path[at];
        }
    }
    return out;
}

bool is_shared(std::string_view path) {
    for (auto const* page : {"/", "/health", "/v1/health", "/ready", "/live", "/docs", "/redoc",
                             "/openapi.json", "/v1/openapi.json"}) {
        if (path == page) {
            return true;
        }
    }
    return false;
}

/// C1 and C2: what MeMesh takes below `/v1/agents`.
bool is_mesh_agent_path(std::string_view path) {
    for (auto const* word : {"me", "register", "heartbeat", "dispatch-targets", "executions"}) {
        auto const prefix = std::string{"/v1/agents/"} + word;
        if (path == prefix || path.starts_with(prefix + "/")) {
            return true;
        }
    }
    return false;
}

template <std::size_t Size>
int check_table(RoutePair const (&table)[Size], std::string_view prefix, Owner expected,
                bool relay_credential) {
    int pairs = 0;
    for (auto const& route : table) {
        ++pairs;
        for (auto const id : ids) {
            auto const path = with_id(std::string{prefix} + std::string{route.path}, id);
            CAPTURE(route.method, path);
            auto wanted = is_shared(path) ? Owner::pages : expected;
            if (expected == Owner::memoryrelay && is_mesh_agent_path(path)) {
                wanted = Owner::memesh;
            }
            CHECK(owner(path, relay_credential) == wanted);
        }
    }
    return pairs;
}

} // namespace

TEST_CASE("all pairs of the four route tables reach their dialect or a shared page",
          "[api][owner]") {
    int pairs = 0;
    for (bool const relay : {false, true}) {
        pairs += check_table(memanto_routes, "", Owner::memanto, relay);
        pairs += check_table(memorose_routes, "", Owner::memorose, relay);
    }
    pairs += check_table(memoryrelay_routes, "", Owner::memoryrelay, true);
    pairs += check_table(memesh_routes, "", Owner::memesh, false);
    pairs += check_table(memesh_routes, "/v1", Owner::memesh, false);
    CHECK(pairs >= 335);
}

TEST_CASE("an explicit mount fixes the dialect, whatever follows", "[api][owner]") {
    for (auto const& [path, expected] :
         {std::pair{"/memesh/v1/memories", Owner::memesh},
          std::pair{"/memanto/v1/keys", Owner::memanto}, std::pair{"/memorose/", Owner::memorose},
          std::pair{"/memoryrelay/v1/agents/me", Owner::memoryrelay},
          std::pair{"/memoryrelay/memory/write", Owner::memoryrelay}}) {
        CAPTURE(path);
        CHECK(ownership_of(path) == Ownership{expected, 1});
    }
    CHECK(ownership_of("/v1/memesh").mount == 0);
}

TEST_CASE("a dialect that is switched off loses its paths and its mount to MeMesh",
          "[api][owner]") {
    ServedDialects const none{};
    for (auto const* path :
         {"/v1/memories", "/v2/context", "/v1/agents", "/v1/agents/x1", "/v1/users/u/graph/edges",
          "/v1/memory/context", "/dashboard", "/api/v2/agents", "/ui", "/memoryrelay/v1/memories",
          "/memanto/api/v2/agents", "/memorose"}) {
        CAPTURE(path);
        CHECK(ownership_of(path, true, none) == Ownership{Owner::memesh, 0});
    }
    CHECK(owner("/v1/keys", true, none) == Owner::memesh);
    CHECK(owner("/health", false, none) == Owner::pages);
    CHECK(owner("/v1/memories", false, {.memoryrelay = true}) == Owner::memoryrelay);
    CHECK(owner("/v1/users/u", false, {.memoryrelay = true}) == Owner::memesh);
}

TEST_CASE("C1, C2: MeMesh's words below agents are never agents' names", "[api][owner]") {
    for (auto const* path :
         {"/v1/agents/me", "/v1/agents/register", "/v1/agents/heartbeat",
          "/v1/agents/dispatch-targets", "/v1/agents/executions", "/v1/agents/me/stats",
          "/v1/agents/executions/stats", "/v1/agents/dispatch-targets/stats", "/agents/x1"}) {
        CAPTURE(path);
        CHECK(owner(path) == Owner::memesh);
    }
    CHECK(owner("/v1/agents") == Owner::memoryrelay);
    CHECK(owner("/v1/agents/other/stats") == Owner::memoryrelay);
}

TEST_CASE("C3: keys belong to the dialect whose credential asks", "[api][owner]") {
    CHECK(owner("/v1/keys", false) == Owner::memesh);
    CHECK(owner("/v1/keys", true) == Owner::memoryrelay);
    CHECK(owner("/v1/keys/x1", true) == Owner::memoryrelay);
    CHECK(owner("/keys", true) == Owner::memesh);
    CHECK(is_relay_credential("mem_prod_0123"));
    CHECK_FALSE(is_relay_credential("mk_mem_"));
}

TEST_CASE("C4, C5, C6: health, the root and documents are shared", "[api][owner]") {
    for (auto const* path : {"/", "/health", "/v1/health", "/ready", "/live", "/docs", "/redoc",
                             "/openapi.json", "/v1/openapi.json"}) {
        CAPTURE(path);
        CHECK(owner(path) == Owner::pages);
    }
    CHECK(ownership_of("/memoryrelay/openapi.json") == Ownership{Owner::memoryrelay, 1});
    CHECK(owner("/health/more") == Owner::memesh);
    CHECK(owner("/v1/ready") == Owner::memesh);
}

TEST_CASE("C7: one literal inside MeMesh's prefix is Memorose's", "[api][owner]") {
    CHECK(owner("/v1/memory/context") == Owner::memorose);
    CHECK(owner("/memory/context") == Owner::memesh);
    CHECK(owner("/v1/memory/context/more") == Owner::memesh);
    CHECK(owner("/v1/memory/context-window") == Owner::memesh);
}

TEST_CASE("C8: what nobody knows is MeMesh's", "[api][owner]") {
    for (auto const* path : {"/v1", "/v1/unknown", "/unknown", "/v3/memories", "/v1//memories"}) {
        CAPTURE(path);
        CHECK(owner(path) == Owner::memesh);
    }
}

TEST_CASE("C9: dashboards", "[api][owner]") {
    CHECK(owner("/dashboard") == Owner::memorose);
    CHECK(owner("/dashboard/a/b") == Owner::memorose);
    CHECK(owner("/ui") == Owner::memanto);
    CHECK(owner("/api/ui/config") == Owner::memanto);
    CHECK(owner("/console") == Owner::console);
}

TEST_CASE("C10, C11, C12: the living owner wins", "[api][owner]") {
    CHECK(owner("/v1/memories") == Owner::memoryrelay);
    CHECK(owner("/v1/search") == Owner::memesh);
    CHECK(owner("/api/v1/memory/store") == Owner::memanto);
    CHECK(owner("/v1/namespaces") == Owner::memesh);
    CHECK(owner("/v1/message:send") == Owner::memesh);
    CHECK(owner("/a2a/tasks") == Owner::a2a);
    CHECK(owner("/v1/memories/search") == Owner::memoryrelay);
    CHECK(owner("/mcp") == Owner::mcp);
    CHECK(owner("/metrics") == Owner::metrics);
    CHECK(owner("/.well-known/agent-card.json") == Owner::well_known);
}

TEST_CASE("owners have names", "[api][owner]") {
    CHECK(std::string_view{to_string(Owner::memoryrelay)} == "memoryrelay");
    CHECK(std::string_view{to_string(Owner::well_known)} == "well_known");
}
