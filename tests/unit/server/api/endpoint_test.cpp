#include "api/endpoint.hpp"

#include "api/memesh/dialect.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace loci::server;

namespace {

using Segments = std::vector<std::string>;

EndpointTable small_table() {
    EndpointTable table;
    for (auto const& [method, path] :
         {std::pair{"GET", "/items/{id}"}, std::pair{"DELETE", "/items/{id}"},
          std::pair{"POST", "/items/search"}, std::pair{"GET", "/items/{id}/parts/{part}"},
          std::pair{"GET", "/"}}) {
        table.add(method, path);
    }
    return table;
}

std::string found(EndpointTable const& table, std::string_view method, Segments const& segments) {
    auto const match = table.find(method, segments);
    if (match.endpoint == nullptr) {
        return match.allow.empty() ? "404" : "405 " + match.allow;
    }
    return match.endpoint->path;
}

} // namespace

TEST_CASE("a path leads to its endpoint", "[api][endpoint]") {
    auto const table = small_table();
    CHECK(found(table, "GET", {}) == "/");
    CHECK(found(table, "GET", {"items", "x"}) == "/items/{id}");
    CHECK(found(table, "HEAD", {"items", "x"}) == "/items/{id}");
    CHECK(found(table, "GET", {"items"}) == "404");
    CHECK(found(table, "GET", {"items", ""}) == "404");
    CHECK(found(table, "GET", {"other"}) == "404");
    CHECK(found(table, "PUT", {"items", "x"}) == "405 DELETE, GET, HEAD, OPTIONS");
    auto const match = table.find("GET", Segments{"items", "a/b", "parts", "p"});
    using Pair = std::pair<std::string, std::string>;
    CHECK(match.parameters == std::vector<Pair>{{"id", "a/b"}, {"part", "p"}});
}

TEST_CASE("a literal wins over a parameter, with every method, and for good", "[api][endpoint]") {
    auto const table = small_table();
    CHECK(found(table, "POST", {"items", "search"}) == "/items/search");
    CHECK(found(table, "GET", {"items", "search"}) == "405 POST, OPTIONS");
    CHECK(found(table, "DELETE", {"items", "search"}) == "405 POST, OPTIONS");
    CHECK(found(table, "GET", {"items", "search", "parts", "p"}) == "404"); // no second try
}

TEST_CASE("every declaration of MeMesh is whole", "[api][endpoint]") {
    auto const table = memesh::endpoints();
    CHECK(table.endpoints().size() == 17);
    std::set<std::string> operations;
    for (auto const& endpoint : table.endpoints()) {
        CAPTURE(endpoint->method, endpoint->path);
        CHECK(endpoint->request->problems.empty());
        CHECK_FALSE(endpoint->answers.empty());
        CHECK_FALSE(endpoint->summary.empty());
        CHECK(operations.insert(endpoint->operation).second);
        CHECK(endpoint->run);
        CHECK(endpoint->needs_credential);
        bool const is_free = endpoint->path == "/agents/me" || endpoint->operation == "revokeKey";
        CHECK(endpoint->permission.has_value() != is_free);
        CHECK(endpoint->reads_body == (endpoint->method == "POST"));
    }
}
