#include "identity/errors.hpp"

namespace loci::runtime {

Error unauthenticated() {
    return {ErrorKind::unauthenticated, "UNAUTHENTICATED", "A valid API key is required"};
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
