#include "identity/owner.hpp"

namespace loci::runtime {
namespace {

constexpr store::Sql select_owner{R"sql(
SELECT m.tenant, m.user
FROM membership AS m JOIN tenant AS t ON t.id = m.tenant JOIN user AS u ON u.id = m.user
WHERE m.role = 'OWNER' AND m.removed_at IS NULL AND u.disabled_at IS NULL
ORDER BY t.created_at, t.id, m.created_at, m.user LIMIT 1
)sql"};

constexpr store::Sql insert_tenant{
    "INSERT INTO tenant (id, name, created_at, updated_at) VALUES (?1, 'Workspace', ?2, ?2)"};

constexpr store::Sql insert_user{
    "INSERT INTO user (id, name, created_at, updated_at) VALUES (?1, 'Owner', ?2, ?2)"};

constexpr store::Sql insert_membership{R"sql(
INSERT INTO membership (tenant, user, role, created_at, updated_at)
VALUES (?1, ?2, 'OWNER', ?3, ?3)
)sql"};

} // namespace

std::optional<Account> find_owner(store::ReadTransaction& transaction) {
    auto rows = transaction.query(select_owner);
    if (!rows.next()) {
        return std::nullopt;
    }
    return Account{rows.uuid(0), rows.uuid(1)};
}

Account ensure_owner(store::WriteTransaction& transaction, IdSource& ids) {
    if (auto const found = find_owner(transaction)) {
        return *found;
    }
    Account const owner{ids.time_ordered(), ids.time_ordered()};
    transaction.execute(insert_tenant, owner.tenant, transaction.now());
    transaction.execute(insert_user, owner.user, transaction.now());
    transaction.execute(insert_membership, owner.tenant, owner.user, transaction.now());
    return owner;
}

} // namespace loci::runtime
