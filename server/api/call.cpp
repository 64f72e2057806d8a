#include "api/call.hpp"

#include "api/endpoint.hpp"

namespace loci::server {

std::optional<Error> missing_permission(Call const& call, runtime::Permission permission) {
    if (call.access.permissions.contains(permission)) {
        return std::nullopt;
    }
    if (runtime::permissions_of(call.access.role).contains(permission)) {
        return Error{ErrorKind::forbidden,
                     "INSUFFICIENT_SCOPE",
                     "The API key does not allow this",
                     {},
                     {{"required", std::vector{std::string{runtime::scope_of(permission)}}}}};
    }
    auto role = runtime::Role::owner;
    for (auto const weaker : {runtime::Role::admin, runtime::Role::member, runtime::Role::viewer}) {
        if (runtime::permissions_of(weaker).contains(permission)) {
            role = weaker;
        }
    }
    return Error{ErrorKind::forbidden,
                 "INSUFFICIENT_ROLE",
                 "Your role does not allow this",
                 {},
                 {{"required", std::string{runtime::to_string(role)}}}};
}

std::optional<Error> missing_permission(Call const& call) {
    auto const& permission = call.endpoint.permission;
    return permission ? missing_permission(call, *permission) : std::nullopt;
}

} // namespace loci::server
