#include "identity/credentials.hpp"

#include "identity/agents.hpp"
#include "identity/errors.hpp"
#include "identity/key_text.hpp"

#include <chrono>
#include <loci/base/utf8.hpp>

namespace loci::runtime {
namespace {

using namespace std::string_literals;

constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_organization = 256;
constexpr std::int64_t most_days = 3650;

constexpr store::Sql insert{R"sql(
INSERT INTO credential (id, hash, tenant, user, kind, style, origin, name, masked, prefix, scopes,
                        organization, created_at, expires_at)
VALUES (?1, ?2, ?3, ?4, 'key', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
)sql"};

constexpr store::Sql select_hash{"SELECT 1 FROM credential WHERE hash = ?1"};

constexpr store::Sql count_active{R"sql(
SELECT count(*) FROM credential
WHERE tenant = ?1 AND user = ?2 AND kind = 'key' AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > ?3)
)sql"};

constexpr store::Sql select_unlimited{R"sql(
SELECT 1 FROM credential
WHERE tenant = ?1 AND user = ?2 AND kind = 'key' AND revoked_at IS NULL
  AND (expires_at IS NULL OR expires_at > ?3) AND scopes IS NULL
LIMIT 1
)sql"};

constexpr store::Sql select_key{R"sql(
SELECT c.id, c.user, c.name, c.style, c.masked, c.prefix, c.scopes, m.role, c.organization,
       c.created_at, c.last_used_at, c.expires_at, c.revoked_at
FROM credential AS c JOIN membership AS m ON m.tenant = c.tenant AND m.user = c.user
WHERE c.id = ?1 AND c.tenant = ?2 AND c.kind = 'key'
)sql"};

constexpr store::Sql select_keys{R"sql(
SELECT c.id, c.user, c.name, c.style, c.masked, c.prefix, c.scopes, m.role, c.organization,
       c.created_at, c.last_used_at, c.expires_at, c.revoked_at
FROM credential AS c JOIN membership AS m ON m.tenant = c.tenant AND m.user = c.user
WHERE c.tenant = ?1 AND c.user = ?2 AND c.kind = 'key' AND (?3 OR c.revoked_at IS NULL)
ORDER BY c.created_at DESC, c.id DESC LIMIT ?4 OFFSET ?5
)sql"};

constexpr store::Sql count_keys{R"sql(
SELECT count(*) FROM credential
WHERE tenant = ?1 AND user = ?2 AND kind = 'key' AND (?3 OR revoked_at IS NULL)
)sql"};

constexpr store::Sql set_revoked{R"sql(
UPDATE credential SET revoked_at = ?2, revoked_by = ?3
WHERE (id = ?1 OR opener = ?1) AND revoked_at IS NULL
)sql"};

Key read_key(store::Rows const& rows, Presence const& presence) {
    auto const id = rows.uuid(0);
    auto permissions = permissions_of(parse_role(rows.text(7)).value_or(Role::viewer));
    if (!rows.is_null(6)) {
        permissions = permissions & parse_stored_scopes(rows.text(6));
    }
    return Key{.id = {id},
               .user = to_prefixed("usr", rows.uuid(1)),
               .name = std::string{rows.text(2)},
               .style = parse_key_style(rows.text(3)).value_or(KeyStyle::memesh),
               .masked = std::string{rows.text(4)},
               .prefix = std::string{rows.text(5)},
               .permissions = permissions,
               .organization = rows.optional_text(8),
               .created_at = rows.time(9),
               .last_used_at = presence.last_used(id, rows.optional_time(10)),
               .expires_at = rows.optional_time(11),
               .revoked_at = rows.optional_time(12)};
}

bool has_control_character(std::string_view text) {
    for (auto const character : text) {
        auto const byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7f) {
            return true;
        }
    }
    return false;
}

} // namespace

Result<CheckedKey> check(NewKey const& key, Timestamp now) {
    if (!is_utf8(key.name) || has_control_character(key.name)) {
        return broken_rule("name", "pattern", "text without control characters"s,
                           "name is text without control characters");
    }
    CheckedKey checked{.name = std::string{trim(key.name)},
                       .scopes = {},
                       .expires_at = {},
                       .organization = key.organization,
                       .origin = "created"};
    if (checked.name.empty()) {
        return broken_rule("name", "minLength", std::int64_t{1}, "name is empty");
    }
    if (count_code_points(checked.name) > longest_name) {
        return broken_rule("name", "maxLength", std::int64_t{longest_name},
                           "name has at most 100 characters");
    }
    if (key.scopes) {
        if (key.scopes->empty()) {
            return broken_rule("scopes", "minItems", std::int64_t{1},
                               "scopes names at least one scope");
        }
        auto const scopes = parse_scopes(*key.scopes);
        if (!scopes) {
            return scopes.error();
        }
        checked.scopes = *scopes;
    }
    if (key.expires_days) {
        if (*key.expires_days < 1 || *key.expires_days > most_days) {
            auto const is_low = *key.expires_days < 1;
            return broken_rule("expires_days", is_low ? "minimum" : "maximum",
                               is_low ? 1 : most_days, "expires_days lies between 1 and 3650");
        }
        checked.expires_at = now + std::chrono::days{*key.expires_days};
    }
    if (auto const& label = key.organization) {
        if (label->empty() || label->size() > longest_organization || !is_utf8(*label) ||
            has_control_character(*label)) {
            return broken_rule("organization", "pattern",
                               "1 to 256 bytes without control characters"s,
                               "organization has 1 to 256 bytes without control characters");
        }
    }
    return checked;
}

Key insert_key(store::WriteTransaction& transaction, IdSource& ids, Account const& account,
               CheckedKey const& key, MintedSecret const& secret) {
    auto const id = ids.time_ordered();
    auto const scopes =
        key.scopes ? std::optional{scopes_to_json(*key.scopes)} : std::optional<std::string>{};
    auto const hash = hash_of(secret.text);
    transaction.execute(insert, id, store::Value::Blob{hash}, account.tenant, account.user,
                        to_string(secret.style), key.origin, key.name, mask(secret),
                        shown_prefix(secret), scopes, key.organization, transaction.now(),
                        key.expires_at);
    make_implicit_agent(transaction, ids, account, id, key.name);
    transaction.record({.tenant = tenant_text(account),
                        .user = user_text(account),
                        .kind = "key",
                        .action = "write",
                        .id = id});
    return *find_key(transaction, Presence{}, account, {id});
}

bool is_known_secret(store::ReadTransaction& transaction, Hash const& hash) {
    return transaction.query(select_hash, store::Value::Blob{hash}).next();
}

std::size_t count_active_keys(store::ReadTransaction& transaction, Account const& account) {
    auto rows = transaction.query(count_active, account.tenant, account.user, transaction.now());
    rows.next();
    return static_cast<std::size_t>(rows.integer(0));
}

bool has_unlimited_key(store::ReadTransaction& transaction, Account const& account) {
    return transaction.query(select_unlimited, account.tenant, account.user, transaction.now())
        .next();
}

std::optional<Key> find_key(store::ReadTransaction& transaction, Presence const& presence,
                            Account const& account, KeyId id) {
    auto rows = transaction.query(select_key, id.value, account.tenant);
    if (!rows.next()) {
        return std::nullopt;
    }
    return read_key(rows, presence);
}

KeyPage list_keys(store::ReadTransaction& transaction, Presence const& presence,
                  Account const& account, KeyQuery const& query) {
    auto const all = query.include_revoked ? 1 : 0;
    KeyPage page;
    {
        auto rows = transaction.query(count_keys, account.tenant, account.user, all);
        rows.next();
        page.total = static_cast<std::size_t>(rows.integer(0));
    }
    auto rows = transaction.query(select_keys, account.tenant, account.user, all, query.limit,
                                  query.offset);
    while (rows.next()) {
        page.items.push_back(read_key(rows, presence));
    }
    return page;
}

void revoke(store::WriteTransaction& transaction, Account const& by, Key const& key) {
    transaction.execute(set_revoked, key.id.value, transaction.now(), by.user);
    transaction.record({.tenant = tenant_text(by),
                        .user = key.user,
                        .kind = "key",
                        .action = "revoke",
                        .id = key.id.value});
}

} // namespace loci::runtime
