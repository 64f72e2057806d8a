#pragma once
#include "api/shape.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <loci/base/error.hpp>
#include <span>
#include <string_view>

namespace loci::server {

/// A header that carries a credential; with `bearer`, behind that scheme.
struct CredentialHeader {
    std::string_view name; ///< lower case
    bool bearer = false;
};

/// What several credential headers of one request mean.
enum class SeveralCredentials {
    must_be_equal, ///< anything else: 401
    first_present  ///< the first of the list that is there
};

/// What the body of a request may call itself.
enum class MediaRule {
    json_only, ///< `application/json`, with parameters
    any        ///< the header is ignored
};

/// How one API speaks over HTTP, as data. Its paths are in its endpoint table.
struct Dialect {
    std::string_view name;
    std::string_view title;
    std::span<CredentialHeader const> credentials;
    SeveralCredentials several = SeveralCredentials::must_be_equal;
    MediaRule media = MediaRule::json_only;
    bool permission_before_body = false; ///< else after existence and tenancy
    std::size_t body_limit = 0;
    std::size_t batch_body_limit = 0;

    /// The envelope of an error, with status and headers.
    Response (*error)(Error const& error, std::string_view request_id) = nullptr;
    /// The envelope's schema, for documents.
    boost::json::object (*error_schema)(SchemaSet& schemas) = nullptr;
};

} // namespace loci::server
