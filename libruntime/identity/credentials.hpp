#pragma once
#include "identity/authority.hpp"
#include "identity/presence.hpp"

#include <loci/base/ids.hpp>
#include <loci/base/result.hpp>
#include <loci/runtime/key.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <string>

namespace loci::runtime {

/// A key that passed every check.
struct CheckedKey {
    std::string name; ///< trimmed
    std::optional<PermissionSet> scopes;
    std::optional<Timestamp> expires_at;
    std::optional<std::string> organization;
    std::string origin; ///< `created`, `bootstrap`
};

/// Errors: `invalid`.
Result<CheckedKey> check(NewKey const&, Timestamp now);

/// Writes the key and its agent. The secret's hash must be new.
Key insert_key(store::WriteTransaction&, IdSource&, Account const&, CheckedKey const&,
               MintedSecret const&);

bool is_known_secret(store::ReadTransaction&, Hash const&);
std::size_t count_active_keys(store::ReadTransaction&, Account const&);

/// Whether an active key may do all that its user's role allows.
bool has_unlimited_key(store::ReadTransaction&, Account const&);

std::optional<Key> find_key(store::ReadTransaction&, Presence const&, Account const&, KeyId);

KeyPage list_keys(store::ReadTransaction&, Presence const&, Account const&, KeyQuery const&);

/// Ends the key and every session that it opened. The key must be live.
void revoke(store::WriteTransaction&, Account const& by, Key const&);

} // namespace loci::runtime
