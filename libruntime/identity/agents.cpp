#include "identity/agents.hpp"

#include "identity/agent_name.hpp"
#include "identity/errors.hpp"

#include <chrono>
#include <loci/base/utf8.hpp>

namespace loci::runtime {
namespace {

using namespace std::string_literals;

constexpr std::chrono::seconds online_within{90};
constexpr std::chrono::seconds stale_within{300};
constexpr std::size_t largest_capabilities = 16u * 1024;
constexpr std::size_t longest_version = 64;

constexpr store::Sql insert_agent{R"sql(
INSERT INTO registered_agent
    (id, tenant, user, coordinate, credential, type, name, folded_name, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, 'custom', ?4, ?6, ?7, ?7)
)sql"};

constexpr store::Sql select_agent{R"sql(
SELECT a.id, a.coordinate, a.type, a.name, a.version, a.capabilities, a.created_at,
       a.registered_at, c.last_used_at
FROM registered_agent AS a JOIN credential AS c ON c.id = a.credential
WHERE a.credential = ?1 AND a.tenant = ?2
)sql"};

constexpr store::Sql select_coordinate{
    "SELECT 1 FROM registered_agent WHERE tenant = ?1 AND user = ?2 AND coordinate = ?3"};

constexpr store::Sql select_name{R"sql(
SELECT a.id, a.user, a.credential, a.registered_at,
       c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > ?3)
FROM registered_agent AS a JOIN credential AS c ON c.id = a.credential
WHERE a.tenant = ?1 AND a.folded_name = ?2
)sql"};

constexpr store::Sql set_credential{
    "UPDATE registered_agent SET credential = ?2, updated_at = ?3 WHERE id = ?1"};

constexpr store::Sql set_name{
    "UPDATE registered_agent SET name = ?2, folded_name = ?3, updated_at = ?4 WHERE id = ?1"};

constexpr store::Sql set_registration{R"sql(
UPDATE registered_agent
SET type = ?2, version = coalesce(?3, version), capabilities = coalesce(?4, capabilities),
    registered_at = coalesce(registered_at, ?5), updated_at = ?5
WHERE id = ?1
)sql"};

AgentStatus status_at(std::optional<Timestamp> last_seen, Timestamp now) {
    if (!last_seen || now - *last_seen >= stale_within) {
        return AgentStatus::offline;
    }
    return now - *last_seen < online_within ? AgentStatus::online : AgentStatus::stale;
}

bool exists(store::Rows rows) {
    return rows.next();
}

/// Who bears a name in a tenant now.
struct Bearer {
    Uuid agent;
    Uuid user;
    Uuid credential;
    bool registered;
    bool live;
};

std::optional<Bearer> find_bearer(store::ReadTransaction& transaction, Account const& account,
                                  std::string_view folded_name) {
    auto rows = transaction.query(select_name, account.tenant, folded_name, transaction.now());
    if (!rows.next()) {
        return std::nullopt;
    }
    return Bearer{rows.uuid(0), rows.uuid(1), rows.uuid(2), !rows.is_null(3), rows.integer(4) != 0};
}

void rename(store::WriteTransaction& transaction, Uuid const& agent, std::string const& name) {
    transaction.execute(set_name, agent, name, fold_agent_name(name), transaction.now());
}

/// Takes the name from a bearer that has no right to it: a dead key's agent of somebody else loses
/// its key, and an implicit agent gets another name.
void free_name(store::WriteTransaction& transaction, Account const& account, Bearer const& bearer,
               std::string const& name) {
    if (!bearer.live) {
        transaction.execute(set_credential, bearer.agent, nullptr, transaction.now());
        return;
    }
    rename(transaction, bearer.agent,
           free_agent_name(derive_agent_name(name), bearer.agent, [&](std::string const& other) {
               return find_bearer(transaction, account, fold_agent_name(other)).has_value();
           }));
}

Error name_taken() {
    return {ErrorKind::conflict, "AGENT_NAME_TAKEN",
            "The agent of another live key in this tenant has that name"};
}

} // namespace

Error agent_not_found() {
    return {ErrorKind::not_found, "AGENT_NOT_FOUND", "This caller has no agent"};
}

void make_implicit_agent(store::WriteTransaction& transaction, IdSource& ids,
                         Account const& account, Uuid const& credential,
                         std::string_view key_name) {
    auto const id = ids.time_ordered();
    auto const name =
        free_agent_name(derive_agent_name(key_name), id, [&](std::string const& candidate) {
            return find_bearer(transaction, account, fold_agent_name(candidate)).has_value() ||
                   exists(transaction.query(select_coordinate, account.tenant, account.user,
                                            candidate));
        });
    transaction.execute(insert_agent, id, account.tenant, account.user, name, credential,
                        fold_agent_name(name), transaction.now());
    transaction.record({.tenant = tenant_text(account),
                        .user = user_text(account),
                        .kind = "agent",
                        .action = "write",
                        .id = id});
}

std::optional<Agent> find_agent(store::ReadTransaction& transaction, Presence const& presence,
                                Account const& account, Uuid const& credential) {
    auto rows = transaction.query(select_agent, credential, account.tenant);
    if (!rows.next()) {
        return std::nullopt;
    }
    auto const last_seen = presence.last_used(credential, rows.optional_time(8));
    return Agent{.id = {rows.uuid(0)},
                 .coordinate = std::string{rows.text(1)},
                 .type = parse_agent_type(rows.text(2)).value_or(AgentType::custom),
                 .name = std::string{rows.text(3)},
                 .version = rows.optional_text(4),
                 .status = status_at(last_seen, transaction.now()),
                 .capabilities = JsonObject::trusted(std::string{rows.text(5)}),
                 .created_at = rows.time(6),
                 .last_seen_at = last_seen,
                 .registered = !rows.is_null(7)};
}

Result<store::Done> check(AgentRegistration const& registration) {
    if (registration.name && !is_agent_name(*registration.name)) {
        return broken_rule("agentName", "pattern", "[A-Za-z0-9._-]{1,64}"s,
                           "agentName has 1 to 64 of the characters A-Z a-z 0-9 . _ -");
    }
    if (auto const& version = registration.version) {
        if (!is_utf8(*version) || version->find('\0') != std::string::npos || version->empty() ||
            count_code_points(*version) > longest_version) {
            return broken_rule("agentVersion", "pattern", "1 to 64 characters"s,
                               "agentVersion has 1 to 64 characters");
        }
    }
    if (registration.capabilities &&
        registration.capabilities->text().size() > largest_capabilities) {
        return broken_rule("capabilities", "maxBytes", std::int64_t{largest_capabilities},
                           "capabilities are at most 16 KiB");
    }
    return store::Done{};
}

Result<Registered> register_agent(store::WriteTransaction& transaction, Presence const& presence,
                                  Account const& account, Uuid const& credential,
                                  AgentRegistration const& registration) {
    auto const own = find_agent(transaction, presence, account, credential);
    if (!own) {
        return agent_not_found();
    }
    auto agent = own->id.value;
    if (registration.name) {
        auto const bearer = find_bearer(transaction, account, fold_agent_name(*registration.name));
        if (bearer && bearer->credential != credential) {
            if (bearer->live && bearer->registered) {
                return name_taken();
            }
            if (!bearer->live && bearer->user == account.user) {
                transaction.execute(set_credential, agent, nullptr, transaction.now());
                agent = bearer->agent;
                transaction.execute(set_credential, agent, credential, transaction.now());
            } else {
                free_name(transaction, account, *bearer, *registration.name);
            }
        }
        rename(transaction, agent, *registration.name);
    }
    auto const capabilities =
        registration.capabilities ? std::optional{registration.capabilities->text()} : std::nullopt;
    transaction.execute(set_registration, agent, to_string(registration.type), registration.version,
                        capabilities, transaction.now());
    transaction.record({.tenant = tenant_text(account),
                        .user = user_text(account),
                        .kind = "agent",
                        .action = "register",
                        .id = agent});
    auto const registered = find_agent(transaction, presence, account, credential);
    return Registered{*registered, !own->registered};
}

} // namespace loci::runtime
