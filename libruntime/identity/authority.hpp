#pragma once
#include "identity/hash.hpp"

#include <loci/base/scope.hpp>
#include <loci/runtime/key.hpp>
#include <loci/runtime/permissions.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace loci::runtime {

/// A user in a tenant.
struct Account {
    Uuid tenant;
    Uuid user;
    bool operator==(Account const&) const = default;
};

std::optional<Account> account_of(Caller const& caller);
std::string tenant_text(Account const& account);
std::string user_text(Account const& account);

/// A credential that may be used now.
struct LiveCredential {
    Uuid id;
    Account account;
    CredentialKind kind = CredentialKind::key;
    Role role = Role::viewer;
    PermissionSet permissions; ///< role, own scopes and the opener's, intersected
    bool narrowed = false;     ///< it has scopes, or its opener has
    std::optional<std::string> agent_limit;
    std::optional<std::string> agent; ///< coordinate
};

/// Nullopt unless it exists, is neither revoked nor expired, the same holds for its opener, and its
/// user is an active member.
std::optional<LiveCredential> find_live_credential(store::ReadTransaction&, Hash const& hash);

/// What a caller may do, told from the records.
struct Authority {
    Account account;
    Role role = Role::viewer;
    PermissionSet permissions;
    bool narrowed = false; ///< less than the role allows
};

/// Errors: `forbidden` (no active member), `unauthenticated` (the caller's key is dead).
Result<Authority> authority_of(store::ReadTransaction&, Caller const&);

/// Stored scope words. Words of a later release are passed over: they allow nothing here.
PermissionSet parse_stored_scopes(std::string_view json);
std::string scopes_to_json(PermissionSet permissions);

} // namespace loci::runtime
