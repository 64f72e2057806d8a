#include "api/json_text.hpp"
#include "api/memesh/dialect.hpp"
#include "api/shape.hpp"

#include <algorithm>
#include <array>

namespace loci::server::memesh {
namespace {

constexpr std::array<CredentialHeader, 2> credential_headers{
    CredentialHeader{"x-api-key", false}, CredentialHeader{"authorization", true}};

constexpr std::size_t mebibyte = 1024 * 1024;

constexpr std::array reasons{
    // the request itself
    KnownReason{"MALFORMED_REQUEST", 400},
    KnownReason{"MALFORMED_TARGET", 400},
    KnownReason{"MALFORMED_JSON", 400},
    KnownReason{"VALIDATION_ERROR", 400},
    KnownReason{"UNAUTHENTICATED", 401},
    KnownReason{"ROUTE_NOT_FOUND", 404},
    KnownReason{"METHOD_NOT_ALLOWED", 405},
    KnownReason{"REQUEST_TIMEOUT", 408},
    KnownReason{"BODY_TOO_LARGE", 413},
    KnownReason{"TARGET_TOO_LONG", 414},
    KnownReason{"UNSUPPORTED_MEDIA_TYPE", 415},
    KnownReason{"HEADERS_TOO_LARGE", 431},
    KnownReason{"OVERLOADED", 503},
    KnownReason{"SHUTTING_DOWN", 503},
    KnownReason{"INTERNAL", 500},
    // what the caller may
    KnownReason{"INSUFFICIENT_ROLE", 403},
    KnownReason{"INSUFFICIENT_SCOPE", 403},
    KnownReason{"QUOTA_EXCEEDED", 403},
    KnownReason{"RATE_LIMITED", 429},
    // memories
    KnownReason{"MEMORY_NOT_FOUND", 404},
    KnownReason{"BATCH_ROLLED_BACK", 400},
    KnownReason{"ROLLED_BACK", 409},
    KnownReason{"STALE_REVISION", 409},
    KnownReason{"ALREADY_SUPERSEDED", 409},
    KnownReason{"SUPERSEDES_ITSELF", 409},
    KnownReason{"SUPERSEDE_CYCLE", 409},
    KnownReason{"CONTRADICTS_ITSELF", 409},
    KnownReason{"MEMORY_EXISTS", 409},
    KnownReason{"CHANGES_EXPIRED", 409},
    KnownReason{"IDEMPOTENCY_KEY_REUSED", 409},
    // keys and agents
    KnownReason{"KEY_NOT_FOUND", 404},
    KnownReason{"KEY_LIMIT", 409},
    KnownReason{"SECRET_ALREADY_SHOWN", 409},
    KnownReason{"AGENT_NOT_FOUND", 404},
    KnownReason{"AGENT_NAME_TAKEN", 409},
    // the store
    KnownReason{"DISK_FULL", 503},
    KnownReason{"QUEUE_FULL", 503},
    KnownReason{"DEADLINE_PASSED", 503},
    KnownReason{"STORE_STOPPED", 503},
    KnownReason{"STORE_BUSY", 503},
    KnownReason{"STORE_INPUT_OUTPUT", 503},
    KnownReason{"READ_ONLY", 503},
    KnownReason{"EMBEDDER_UNAVAILABLE", 503},
    KnownReason{"MODEL_CHANGED", 503},
    KnownReason{"COMMIT_UNKNOWN", 500},
    KnownReason{"STORE_INVARIANT", 500},
    KnownReason{"DATABASE_CORRUPT", 500},
    KnownReason{"WORD_TABLE_CORRUPT", 500},
};

int status_of_kind(ErrorKind kind) noexcept {
    switch (kind) {
    case ErrorKind::invalid:
        return 400;
    case ErrorKind::not_found:
        return 404;
    case ErrorKind::conflict:
        return 409;
    case ErrorKind::forbidden:
        return 403;
    case ErrorKind::unauthenticated:
        return 401;
    case ErrorKind::exhausted:
        return 429;
    case ErrorKind::unavailable:
        return 503;
    case ErrorKind::corrupt:
    case ErrorKind::unknown_outcome:
    case ErrorKind::internal:
        return 500;
    }
    return 500;
}

void append_limit(std::string& out, decltype(FieldError::limit) const& limit) {
    if (auto const* integer = std::get_if<std::int64_t>(&limit)) {
        json_text::append(out, *integer);
    } else if (auto const* number = std::get_if<double>(&limit)) {
        json_text::append(out, *number);
    } else if (auto const* text = std::get_if<std::string>(&limit)) {
        json_text::append(out, std::string_view{*text});
    }
}

void append_fields(std::string& out, Faults const& fields) {
    out += "\"fields\":[";
    for (auto const& field : fields) {
        out += out.back() == '[' ? "{\"path\":" : ",{\"path\":";
        json_text::append(out, std::string_view{field.path});
        out += ",\"rule\":";
        json_text::append(out, std::string_view{field.rule});
        if (!std::holds_alternative<std::monostate>(field.limit)) {
            out += ",\"limit\":";
            append_limit(out, field.limit);
        }
        out += '}';
    }
    out += ']';
}

void append_detail(std::string& out, ErrorDetail const& detail) {
    if (auto const* text = std::get_if<std::string>(&detail)) {
        json_text::append(out, std::string_view{*text});
    } else if (auto const* integer = std::get_if<std::int64_t>(&detail)) {
        json_text::append(out, *integer);
    } else {
        out += '[';
        for (auto const& word : std::get<std::vector<std::string>>(detail)) {
            out += out.back() == '[' ? "" : ",";
            json_text::append(out, std::string_view{word});
        }
        out += ']';
    }
}

void append_message(std::string& out, Error const& error) {
    if (error.fields.empty()) {
        json_text::append(out, std::string_view{error.message});
        return;
    }
    out += '[';
    for (auto const& field : error.fields) {
        out += out.back() == '[' ? "" : ",";
        json_text::append(out, std::string_view{sentence(field)});
    }
    out += ']';
}

} // namespace

Dialect const& dialect() noexcept {
    static constexpr Dialect memesh{.name = "memesh",
                                    .title = "MeMesh",
                                    .credentials = credential_headers,
                                    .several = SeveralCredentials::must_be_equal,
                                    .media = MediaRule::json_only,
                                    .permission_before_body = false,
                                    .body_limit = 8 * mebibyte,
                                    .batch_body_limit = 64 * mebibyte,
                                    .error = &error_response,
                                    .error_schema = &error_schema};
    return memesh;
}

std::span<KnownReason const> known_reasons() noexcept {
    return reasons;
}

int status_of(Error const& error) noexcept {
    auto const found = std::find_if(reasons.begin(), reasons.end(), [&](KnownReason const& known) {
        return known.reason == error.reason;
    });
    return found == reasons.end() ? status_of_kind(error.kind) : found->status;
}

char const* status_name(int status) noexcept {
    static constexpr std::array<std::pair<int, char const*>, 16> names{
        {{200, "OK"},
         {201, "Created"},
         {400, "Bad Request"},
         {401, "Unauthorized"},
         {403, "Forbidden"},
         {404, "Not Found"},
         {405, "Method Not Allowed"},
         {408, "Request Timeout"},
         {409, "Conflict"},
         {413, "Payload Too Large"},
         {414, "URI Too Long"},
         {415, "Unsupported Media Type"},
         {429, "Too Many Requests"},
         {431, "Request Header "
               "Fields Too Large"},
         {503, "Service Unavailable"},
         {500, "Internal Server "
               "Error"}}};
    for (auto const& [number, name] : names) {
        if (number == status) {
            return name;
        }
    }
    return "Internal Server Error";
}

std::string details_text(Error const& error) {
    std::string out = "{";
    if (!error.fields.empty()) {
        append_fields(out, error.fields);
    }
    for (auto const& [name, detail] : error.details) {
        out += out.back() == '{' ? "" : ",";
        json_text::append(out, std::string_view{name});
        out += ':';
        append_detail(out, detail);
    }
    out += '}';
    return out;
}

Response error_response(Error const& error, std::string_view request_id) {
    Response response;
    response.status = status_of(error);
    auto& out = response.body;
    out = "{\"statusCode\":";
    json_text::append(out, std::int64_t{response.status});
    out += ",\"error\":";
    json_text::append(out, std::string_view{status_name(response.status)});
    out += ",\"message\":";
    append_message(out, error);
    out += ",\"code\":";
    json_text::append(out, std::string_view{error.reason});
    out += ",\"details\":";
    out += details_text(error);
    out += ",\"requestId\":";
    json_text::append(out, request_id);
    out += '}';
    if (response.status == 503 || response.status == 429) {
        response.headers.emplace_back("Retry-After", "1");
    }
    if (response.status == 401) {
        response.headers.emplace_back("WWW-Authenticate", "Bearer");
    }
    return response;
}

} // namespace loci::server::memesh
