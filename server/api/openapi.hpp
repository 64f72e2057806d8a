#pragma once
#include "api/dialect.hpp"
#include "api/endpoint.hpp"

#include <span>
#include <string>

namespace loci::server {

/// One table of a document.
struct DocumentedTable {
    EndpointTable const* table;
    Dialect const* dialect;
    std::string prefix; ///< before every path, e.g. `/v1`
};

/// A group of operations, for readers.
struct DocumentedGroup {
    std::string name;
    std::string description;
};

struct DocumentInfo {
    std::string title;
    std::string description;
    std::string version;
    std::string server_url; ///< what the paths are relative to, e.g. `/`
    std::vector<DocumentedGroup> groups;
};

/// The OpenAPI 3.1 document of what the tables declare, as compact JSON.
std::string openapi_document(std::span<DocumentedTable const> tables, DocumentInfo const& info);

} // namespace loci::server
