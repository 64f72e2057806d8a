#pragma once
#include <loci/base/error.hpp>
#include <loci/runtime/permissions.hpp>
#include <string>

namespace loci::runtime {

/// One and the same for a secret that is missing, malformed, unknown, revoked or expired.
Error unauthenticated();

/// A field that breaks a rule, with the limit that the rule names.
Error broken_rule(std::string path, std::string rule, decltype(FieldError::limit) limit,
                  std::string message);

/// The caller is no active member of the tenant.
Error not_a_member();

/// The caller's role is below `required`.
Error insufficient_role(Role required);

/// The caller's credential does not allow it.
Error insufficient_scope();

} // namespace loci::runtime
