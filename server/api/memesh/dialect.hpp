#pragma once
#include "api/dialect.hpp"
#include "api/endpoint.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace loci::server::memesh {

Dialect const& dialect() noexcept;

/// All operations, without the `/v1` prefix.
EndpointTable endpoints();

/// How a reason (else a kind) is answered.
int status_of(Error const& error) noexcept;

/// The name of an HTTP status, e.g. `Not Found`.
char const* status_name(int status) noexcept;

struct KnownReason {
    std::string_view reason;
    int status;
};

/// Every reason that has a row of its own.
std::span<KnownReason const> known_reasons() noexcept;

/// `{statusCode, error, message, code, details, requestId}`, in this order.
Response error_response(Error const& error, std::string_view request_id);

/// Adds the schema of that answer to the set, and returns a reference to it.
boost::json::object error_schema(SchemaSet& schemas);

/// The JSON text of an error's `details`.
std::string details_text(Error const& error);

} // namespace loci::server::memesh
