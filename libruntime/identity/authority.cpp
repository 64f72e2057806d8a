#include "identity/authority.hpp"

#include "identity/errors.hpp"
#include "identity/key_text.hpp"

#include <array>
#include <boost/json.hpp>

namespace loci::runtime {
namespace {

constexpr store::Sql find_by_hash{"SELECT id, hash FROM credential WHERE hash = ?1"};

constexpr store::Sql load{R"sql(
SELECT c.tenant, c.user, c.kind, m.role, c.scopes, o.scopes, c.agent_limit, a.coordinate
FROM credential AS c
JOIN membership AS m ON m.tenant = c.tenant AND m.user = c.user
JOIN user AS u ON u.id = c.user
LEFT JOIN credential AS o ON o.id = c.opener
LEFT JOIN registered_agent AS a ON a.credential = c.id
WHERE c.id = ?1
  AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > ?2)
  AND o.revoked_at IS NULL AND (o.expires_at IS NULL OR o.expires_at > ?2)
  AND m.removed_at IS NULL AND u.disabled_at IS NULL
)sql"};

constexpr store::Sql load_membership{R"sql(
SELECT m.role FROM membership AS m JOIN user AS u ON u.id = m.user
WHERE m.tenant = ?1 AND m.user = ?2 AND m.removed_at IS NULL AND u.disabled_at IS NULL
)sql"};

std::optional<LiveCredential> load_live(store::ReadTransaction& transaction, Uuid const& id) {
    auto rows = transaction.query(load, id, transaction.now());
    if (!rows.next()) {
        return std::nullopt;
    }
    auto const kind = parse_credential_kind(rows.text(2));
    auto const role = parse_role(rows.text(3));
    if (!kind || !role) {
        return std::nullopt;
    }
    LiveCredential credential{.id = id,
                              .account = {rows.uuid(0), rows.uuid(1)},
                              .kind = *kind,
                              .role = *role,
                              .permissions = permissions_of(*role),
                              .agent_limit = rows.optional_text(6),
                              .agent = rows.optional_text(7)};
    for (auto const column : {4, 5}) {
        if (!rows.is_null(column)) {
            credential.narrowed = true;
            credential.permissions =
                credential.permissions & parse_stored_scopes(rows.text(column));
        }
    }
    return credential;
}

} // namespace

std::optional<Account> account_of(Caller const& caller) {
    auto const tenant = parse_prefixed("ten", caller.tenant);
    auto const user = parse_prefixed("usr", caller.user);
    if (!tenant || !user) {
        return std::nullopt;
    }
    return Account{*tenant, *user};
}

std::string tenant_text(Account const& account) {
    return to_prefixed("ten", account.tenant);
}

std::string user_text(Account const& account) {
    return to_prefixed("usr", account.user);
}

std::optional<LiveCredential> find_live_credential(store::ReadTransaction& transaction,
                                                   Hash const& hash) {
    Uuid id;
    {
        auto rows = transaction.query(find_by_hash, store::Value::Blob{hash});
        if (!rows.next() || !equal_in_constant_time(rows.blob(1), hash)) {
            return std::nullopt;
        }
        id = rows.uuid(0);
    }
    return load_live(transaction, id);
}

Result<Authority> authority_of(store::ReadTransaction& transaction, Caller const& caller) {
    auto const account = account_of(caller);
    if (!account) {
        return not_a_member();
    }
    if (caller.key) {
        auto const credential = load_live(transaction, *caller.key);
        if (!credential || credential->account != *account) {
            return unauthenticated();
        }
        return Authority{*account, credential->role, credential->permissions, credential->narrowed};
    }
    auto rows = transaction.query(load_membership, account->tenant, account->user);
    if (!rows.next()) {
        return not_a_member();
    }
    auto const role = parse_role(rows.text(0));
    if (!role) {
        return not_a_member();
    }
    return Authority{*account, *role, permissions_of(*role), false};
}

PermissionSet parse_stored_scopes(std::string_view json) {
    PermissionSet permissions;
    boost::system::error_code failure;
    auto const value = boost::json::parse(json, failure);
    if (failure || !value.is_array()) {
        return permissions;
    }
    for (auto const& word : value.get_array()) {
        if (word.is_string()) {
            std::array const one{std::string{word.get_string()}};
            if (auto const known = parse_scopes(one)) {
                permissions = permissions | *known;
            }
        }
    }
    return permissions;
}

std::string scopes_to_json(PermissionSet permissions) {
    boost::json::array words;
    for (auto const& word : scope_words(permissions)) {
        words.emplace_back(word);
    }
    return boost::json::serialize(words);
}

} // namespace loci::runtime
