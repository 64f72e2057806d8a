#pragma once
#include "api/codec.hpp"

#include <array>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/json_object.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// The answers of MeMesh's batch write.
namespace loci::server::memesh {

struct BatchSuccess {
    std::int64_t index = 0;
    std::string id;
    std::string content;
    Timestamp created_at;
};

BOOST_DESCRIBE_STRUCT(BatchSuccess, (), (index, id, content, created_at))

inline constexpr std::array batch_success_rules{
    field("index", "Position in the request."),
    field("id", "Of the new memory."),
    field("content", "Its first 200 characters."),
    field("created_at", "When it was written."),
};

inline Rules rules_of(BatchSuccess const*) {
    return {"BatchSuccess", batch_success_rules};
}

inline constexpr std::string_view batch_error_words[] = {"VALIDATION_ERROR", "QUOTA_EXCEEDED",
                                                         "ROLLED_BACK", "INTERNAL"};

struct BatchFailure {
    std::int64_t index = 0;
    std::string content;
    std::string error_code;
    std::string error_message;
};

BOOST_DESCRIBE_STRUCT(BatchFailure, (), (index, content, error_code, error_message))

inline constexpr std::array batch_failure_rules{
    field("index", "Position in the request."),
    field("content", "The first 200 characters of what was sent."),
    field("error_code", "Why it was not stored.").one_of(batch_error_words),
    field("error_message", "The same for people."),
};

inline Rules rules_of(BatchFailure const*) {
    return {"BatchFailure", batch_failure_rules};
}

struct BatchView {
    std::int64_t total = 0;
    std::int64_t succeeded = 0;
    std::int64_t failed = 0;
    std::vector<BatchSuccess> successes;
    std::vector<BatchFailure> failures;
    bool transactional = false;
};

BOOST_DESCRIBE_STRUCT(BatchView, (), (total, succeeded, failed, successes, failures, transactional))

inline constexpr std::array batch_view_rules{
    field("total", "Always `succeeded` and `failed` together."),
    field("succeeded", "How many were stored."),
    field("failed", "How many were not."),
    field("successes", "By index."),
    field("failures", "By index."),
    field("transactional", "Whether all or none was asked for."),
};

inline Rules rules_of(BatchView const*) {
    return {"BatchAnswer", batch_view_rules};
}

struct ErrorHead {
    std::int64_t status_code = 400;
    std::string error = "Bad Request";
    std::string message;
    std::string code;
    JsonObject details;
    std::string request_id;
};

BOOST_DESCRIBE_STRUCT(ErrorHead, (), (status_code, error, message, code, details, request_id))

inline constexpr std::array error_head_rules{
    field("status_code", "The status of the answer."),
    field("error", "The name of the status."),
    field("message", "For people."),
    field("code", "Stable."),
    field("details", "Depends on the code."),
    field("request_id", "The value of `X-Request-Id`."),
};

inline Rules rules_of(ErrorHead const*) {
    return {"ErrorHead", error_head_rules};
}

/// Every error of MeMesh; `message` is a list where fields are at fault.
struct ErrorView {
    std::int64_t status_code = 400;
    std::string error;
    std::variant<std::string, std::vector<std::string>> message;
    std::string code;
    JsonObject details;
    std::string request_id;
};

BOOST_DESCRIBE_STRUCT(ErrorView, (), (status_code, error, message, code, details, request_id))

inline Rules rules_of(ErrorView const*) {
    return {"Error", error_head_rules};
}

struct RolledBackView : ErrorHead, BatchView {};

BOOST_DESCRIBE_STRUCT(RolledBackView, (ErrorHead, BatchView), ())

inline constexpr auto rolled_back_rules = [] {
    auto const& more = batch_view_rules;
    return with(error_head_rules, more[0], more[1], more[2], more[3], more[4], more[5]);
}();

inline Rules rules_of(RolledBackView const*) {
    return {"BatchRolledBack", rolled_back_rules};
}

using BatchAnswer = std::variant<BatchView, RolledBackView>;

} // namespace loci::server::memesh
