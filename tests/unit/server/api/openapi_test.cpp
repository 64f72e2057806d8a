#include "api/openapi.hpp"

#include "api/memesh/dialect.hpp"
#include "api/pages/documentation.hpp"

#include <array>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace loci::server;
namespace json = boost::json;

namespace {

std::string document() {
    static auto const table = memesh::endpoints();
    std::array const tables{DocumentedTable{&table, &memesh::dialect(), "/v1"}};
    return openapi_document(tables, {.title = "T<i>tle",
                                     .description = "About `this`.",
                                     .version = "1.2.3",
                                     .server_url = "/",
                                     .groups = {{"Memory", "m"}, {"Keys", "k"}, {"Agents", "a"}}});
}

void check_references(json::value const& value, json::value const& root) {
    if (auto const* array = value.if_array()) {
        for (auto const& item : *array) {
            check_references(item, root);
        }
    } else if (auto const* object = value.if_object()) {
        for (auto const& [name, item] : *object) {
            if (name == "$ref") {
                std::string const path{item.as_string().c_str() + 1};
                json::error_code error;
                CAPTURE(path);
                CHECK(root.find_pointer(path, error) != nullptr);
            } else {
                check_references(item, root);
            }
        }
    }
}

} // namespace

TEST_CASE("the document holds every operation once", "[api][openapi]") {
    auto const root = json::parse(document());
    CHECK(root.at("openapi") == "3.1.0");
    std::size_t operations = 0;
    for (auto const& [path, methods] : root.at("paths").as_object()) {
        CHECK(path.starts_with("/v1/"));
        operations += methods.as_object().size();
    }
    CHECK(operations == memesh::endpoints().endpoints().size());
}

TEST_CASE("every reference leads somewhere", "[api][openapi]") {
    auto const root = json::parse(document());
    check_references(root, root);
}

TEST_CASE("an operation says all that its declaration says", "[api][openapi]") {
    auto const root = json::parse(document());
    auto const& write = root.at("paths").at("/v1/memory/write").at("post");
    CHECK(write.at("operationId") == "writeMemory");
    CHECK(write.at("requestBody").at("required") == true);
    CHECK(write.at("requestBody").at("content").at("application/json").at("schema").at("$ref") ==
          "#/components/schemas/MemoryWrite");
    for (auto const* status : {"201", "400", "401", "403", "413", "415", "500", "503"}) {
        CHECK(write.at("responses").as_object().contains(status));
    }
    CHECK_FALSE(write.at("responses").as_object().contains("404"));
    auto const& search = root.at("paths").at("/v1/memory/search").at("get");
    CHECK(search.at("parameters").as_array().size() == 3);
    CHECK(search.at("parameters").at(1) ==
          json::parse(R"({"name":"spaces","in":"query","required":false,
            "description":"Only these spaces; absent: all of them.","style":"form",
            "explode":false,"schema":{"type":"array","items":{"type":"string","minLength":1,
            "maxLength":64,"pattern":"^[A-Za-z0-9._:/-]+$"},"maxItems":256,"default":[]}})"));
    auto const& item = root.at("paths").at("/v1/memory/items/{id}").at("delete");
    CHECK(item.at("parameters").at(0).at("in") == "path");
    CHECK(item.at("responses").as_object().contains("404"));
}

TEST_CASE("the page for people needs nothing from elsewhere", "[api][documentation]") {
    auto const page = documentation_page(document());
    auto const& html = page.html;
    CHECK(html.find("<script") == std::string::npos);
    CHECK(html.find("javascript:") == std::string::npos);
    CHECK(html.find("<link") == std::string::npos);
    CHECK(html.find("src=") == std::string::npos);
    CHECK(html.find("T&lt;i&gt;tle") != std::string::npos);
    CHECK(html.find("About <code>this</code>.") != std::string::npos);
    auto const table = memesh::endpoints();
    for (auto const& endpoint : table.endpoints()) {
        CHECK(html.find("id=\"" + endpoint->operation + "\"") != std::string::npos);
        CHECK(html.find("href=\"#" + endpoint->operation + "\"") != std::string::npos);
    }
    CHECK(html.find("id=\"schema-MemoryWrite\"") != std::string::npos);
    CHECK(page.policy.starts_with("default-src 'none'; style-src 'sha256-"));
    CHECK(page.policy.find("unsafe") == std::string::npos);
}
