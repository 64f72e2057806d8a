#include "records/registry.hpp"

namespace loci::memory {
namespace {

constexpr store::Sql select_owner{"SELECT number FROM owner WHERE tenant = ?1 AND user = ?2"};

constexpr store::Sql select_owners{R"sql(
SELECT number FROM owner WHERE tenant = ?1 AND user IN (?2, '') ORDER BY number
)sql"};

constexpr store::Sql insert_owner{"INSERT INTO owner (number, tenant, user) VALUES (?1, ?2, ?3)"};

constexpr store::Sql touch_space{
    "UPDATE space SET last_write_at = ?3 WHERE owner = ?1 AND name = ?2"};

constexpr store::Sql insert_space{R"sql(
INSERT INTO space (owner, name, number, documents, words, created_at, last_write_at)
VALUES (?1, ?2, ?3, 0, 0, ?4, ?4)
)sql"};

constexpr store::Sql select_episode{R"sql(
SELECT number FROM episode WHERE owner = ?1 AND space = ?2 AND subject = ?3 AND session = ?4
)sql"};

constexpr store::Sql insert_episode{R"sql(
INSERT INTO episode (number, owner, space, subject, session, documents, words)
VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)
)sql"};

constexpr store::Sql select_agent{R"sql(
SELECT deleted_at FROM agent WHERE tenant = ?1 AND user = ?2 AND name = ?3
)sql"};

constexpr store::Sql insert_agent{R"sql(
INSERT INTO agent (id, tenant, user, name, implicit, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)
)sql"};

constexpr store::Sql revive_agent{R"sql(
UPDATE agent SET deleted_at = NULL, updated_at = ?4 WHERE tenant = ?1 AND user = ?2 AND name = ?3
)sql"};

constexpr store::Sql select_project{R"sql(
SELECT deleted_at FROM project WHERE tenant = ?1 AND user = ?2 AND name = ?3
)sql"};

constexpr store::Sql insert_project{R"sql(
INSERT INTO project (id, tenant, user, name, implicit, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)
)sql"};

constexpr store::Sql revive_project{R"sql(
UPDATE project SET deleted_at = NULL, updated_at = ?4
WHERE tenant = ?1 AND user = ?2 AND name = ?3
)sql"};

constexpr store::Sql select_session{R"sql(
SELECT 1 FROM session WHERE tenant = ?1 AND user = ?2 AND subject = ?3 AND name = ?4
)sql"};

constexpr store::Sql insert_session{R"sql(
INSERT INTO session (id, tenant, user, subject, name, implicit, created_at, updated_at)
VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?6)
)sql"};

/// `''` is the user of the owner of all team spaces.
std::string_view owner_user(Caller const& caller, std::string_view space) {
    return is_team_space(space) ? std::string_view{} : std::string_view{caller.user};
}

void log_registration(Mutation& mutation, char const* kind, Uuid const& id) {
    auto const& caller = mutation.caller();
    mutation.transaction().record({.tenant = caller.tenant,
                                   .user = caller.user,
                                   .kind = kind,
                                   .action = "write",
                                   .id = id,
                                   .revision = std::nullopt});
}

std::int64_t ensure_owner(Mutation& mutation, std::string_view space) {
    auto const& caller = mutation.caller();
    auto& transaction = mutation.transaction();
    if (auto const known = find_owner(transaction, caller, space)) {
        return *known;
    }
    auto const number = transaction.next("owner");
    transaction.execute(insert_owner, number, caller.tenant, owner_user(caller, space));
    return number;
}

void ensure_space(Mutation& mutation, std::int64_t owner, std::string const& name) {
    auto& transaction = mutation.transaction();
    if (transaction.execute(touch_space, owner, name, mutation.now()) == 0) {
        transaction.execute(insert_space, owner, name, transaction.next("space"), mutation.now());
    }
}

std::int64_t ensure_episode(Mutation& mutation, std::int64_t owner, WriteScope const& scope) {
    auto& transaction = mutation.transaction();
    auto const subject = scope.subject.value_or(std::string{});
    {
        auto rows = transaction.query(select_episode, owner, *scope.space, subject, *scope.session);
        if (rows.next()) {
            return rows.integer(0);
        }
    }
    auto const number = transaction.next("episode");
    transaction.execute(insert_episode, number, owner, *scope.space, subject, *scope.session);
    return number;
}

/// Agents and projects, which may have been deleted and are revived by being named again.
void ensure_named(Mutation& mutation, std::string const& name, char const* kind, store::Sql select,
                  store::Sql insert, store::Sql revive) {
    auto const& caller = mutation.caller();
    auto& transaction = mutation.transaction();
    auto known = false;
    auto deleted = false;
    {
        auto rows = transaction.query(select, caller.tenant, caller.user, name);
        known = rows.next();
        deleted = known && !rows.is_null(0);
    }
    if (!known) {
        auto const id = mutation.ids().time_ordered();
        transaction.execute(insert, id, caller.tenant, caller.user, name, mutation.now());
        log_registration(mutation, kind, id);
    } else if (deleted) {
        transaction.execute(revive, caller.tenant, caller.user, name, mutation.now());
    }
}

void ensure_session(Mutation& mutation, WriteScope const& scope) {
    auto const& caller = mutation.caller();
    auto& transaction = mutation.transaction();
    auto const subject = scope.subject.value_or(std::string{});
    {
        auto rows =
            transaction.query(select_session, caller.tenant, caller.user, subject, *scope.session);
        if (rows.next()) {
            return;
        }
    }
    auto const id = mutation.ids().time_ordered();
    transaction.execute(insert_session, id, caller.tenant, caller.user, subject, *scope.session,
                        mutation.now());
    log_registration(mutation, "session", id);
}

} // namespace

std::optional<std::int64_t> find_owner(store::ReadTransaction& transaction, Caller const& caller,
                                       std::string_view space) {
    auto rows = transaction.query(select_owner, caller.tenant, owner_user(caller, space));
    return rows.next() ? std::optional{rows.integer(0)} : std::nullopt;
}

std::vector<std::int64_t> visible_owners(store::ReadTransaction& transaction,
                                         Caller const& caller) {
    std::vector<std::int64_t> owners;
    auto rows = transaction.query(select_owners, caller.tenant, caller.user);
    while (rows.next()) {
        owners.push_back(rows.integer(0));
    }
    return owners;
}

Place ensure_place(Mutation& mutation, WriteScope const& scope) {
    auto const [known, is_new] = mutation.places().try_emplace(scope);
    auto& place = known->second;
    if (!is_new) {
        return place;
    }
    place.owner = ensure_owner(mutation, *scope.space);
    ensure_space(mutation, place.owner, *scope.space);
    if (scope.agent) {
        ensure_named(mutation, *scope.agent, "agent", select_agent, insert_agent, revive_agent);
    }
    if (scope.project) {
        ensure_named(mutation, *scope.project, "project", select_project, insert_project,
                     revive_project);
    }
    if (scope.session) {
        ensure_session(mutation, scope);
        place.episode = ensure_episode(mutation, place.owner, scope);
    }
    return place;
}

} // namespace loci::memory
