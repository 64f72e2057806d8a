#include "api/pages/pages.hpp"

#include "api/memesh/dialect.hpp"
#include "api/openapi.hpp"
#include "api/pages/documentation.hpp"

#include <array>

namespace loci::server {
namespace {

constexpr auto description =
    "Loci remembers for AI agents and gives back what matters. Send your key as `x-api-key` or as "
    "`Authorization: Bearer`. Every answer carries `X-Request-Id`. Errors have a stable `code`, "
    "and "
    "where fields are at fault `details.fields` names each of them.";

std::vector<DocumentedGroup> mesh_groups() {
    return {{"Memory", "Remember, search, read, forget. Paths work with and without `/v1`."},
            {"Keys", "Credentials of the caller."},
            {"Agents", "The worker that a key stands for."}};
}

DocumentInfo info(ApiOptions const& options, std::string server_url,
                  std::vector<DocumentedGroup> groups) {
    return {.title = "Loci",
            .description = description,
            .version = options.version,
            .server_url = std::move(server_url),
            .groups = std::move(groups)};
}

} // namespace

SharedPages::SharedPages(memory::Memory& memory, store::Database& database,
                         ApiOptions const& options, EndpointTable const& mesh,
                         EndpointTable const& shared)
    : memory_(memory)
    , database_(database)
    , options_(options)
    , probe_(database)
    , started_at_(database.environment().clock.now()) {
    DocumentedTable const mesh_table{&mesh, &memesh::dialect(), "/v1"};
    DocumentedTable const shared_table{&shared, &memesh::dialect(), ""};
    auto groups = mesh_groups();
    mesh_openapi_ = openapi_document(std::array{mesh_table}, info(options, "/memesh", groups));
    groups.push_back({"Service", "How the server is, and what it can do. No key is needed."});
    openapi_ = openapi_document(std::array{mesh_table, shared_table}, info(options, "/", groups));
    auto page = documentation_page(openapi_);
    documentation_ = std::move(page.html);
    documentation_policy_ = std::move(page.policy);
}

} // namespace loci::server
