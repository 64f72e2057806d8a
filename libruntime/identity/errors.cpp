#include "identity/errors.hpp"

#include <utility>

namespace loci::runtime {

Error unauthenticated() {
    return {ErrorKind::unauthenticated, "UNAUTHENTICATED", "A valid API key is required"};
}

Error broken_rule(std::string path, std::string rule, decltype(FieldError::limit) limit,
                  std::string message) {
    auto error = invalid_field(std::move(path), std::move(rule), std::move(message));
    error.fields.front().limit = std::move(limit);
    return error;
}

Error not_a_member() {
    return {ErrorKind::forbidden, "INSUFFICIENT_ROLE",
            "You are not an active member of this tenant"};
}

Error insufficient_role(Role required) {
    Error error{ErrorKind::forbidden, "INSUFFICIENT_ROLE", "Your role does not allow that"};
    error.details.emplace_back("required", std::string{to_string(required)});
    return error;
}

Error insufficient_scope() {
    return {ErrorKind::forbidden, "INSUFFICIENT_SCOPE", "This credential does not allow that"};
}

} // namespace loci::runtime
