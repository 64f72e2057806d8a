#include "store/migrations.hpp"

#include <array>

namespace loci::store {
namespace {

constexpr Sql migration_table{R"sql(
CREATE TABLE IF NOT EXISTS migration (
    component TEXT NOT NULL,
    number INTEGER NOT NULL,
    applied_at INTEGER NOT NULL,
    PRIMARY KEY (component, number)
) STRICT, WITHOUT ROWID
)sql"};

// `store_state.identity` tells one database from others; `sequence.last` is the number given out
// last; `change_log.number` is dense.
constexpr Sql initial{R"sql(
CREATE TABLE store_state (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    identity BLOB NOT NULL,
    last_change INTEGER NOT NULL,
    last_commit_at INTEGER NOT NULL
) STRICT;
INSERT INTO store_state (only, identity, last_change, last_commit_at) VALUES (1, randomblob(16), 0, 0);

CREATE TABLE sequence (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE change_log (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    kind TEXT NOT NULL,
    action TEXT NOT NULL,
    id BLOB NOT NULL,
    revision INTEGER
) STRICT
)sql"};

constexpr std::array store_migrations{Migration{1, initial}};

constexpr Sql has_table{"SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'"};
constexpr Sql select_number{"SELECT coalesce(max(number), 0) FROM migration WHERE component = ?1"};
constexpr Sql insert_row{
    "INSERT INTO migration (component, number, applied_at) VALUES (?1, ?2, ?3)"};

int newest_of(Component const& component) {
    return component.migrations.empty() ? 0 : component.migrations.back().number;
}

int applied_of(Connection& connection, Component const& component) {
    if (!connection.query(has_table.text(), {})->next()) {
        return 0;
    }
    std::array const values{Value{component.name}};
    auto const row = connection.query(select_number.text(), values);
    row->next();
    return static_cast<int>(row->integer(0));
}

std::optional<Error> too_new(Connection& connection, std::span<Component const> components) {
    for (auto const& component : components) {
        auto const applied = applied_of(connection, component);
        if (applied > newest_of(component)) {
            return Error{.kind = ErrorKind::conflict,
                         .reason = "DATABASE_TOO_NEW",
                         .message = "the database's part '" + component.name + "' has schema " +
                                    std::to_string(applied) + ", this program knows " +
                                    std::to_string(newest_of(component))};
        }
    }
    return std::nullopt;
}

void apply(Connection& connection, Component const& component, Migration const& migration,
           Timestamp now) {
    connection.begin_write();
    connection.run_script(migration.statements.text());
    std::array const values{Value{component.name}, Value{migration.number}, Value{now}};
    connection.execute(insert_row.text(), values);
    connection.commit();
}

} // namespace

Component store_component() {
    return {"store", store_migrations};
}

Result<Done> migrate(Connection& connection, std::span<Component const> components, Timestamp now) {
    if (auto error = too_new(connection, components)) {
        return std::move(*error);
    }
    connection.begin_write();
    connection.run_script(migration_table.text());
    connection.commit();
    for (auto const& component : components) {
        auto const applied = applied_of(connection, component);
        for (auto const& migration : component.migrations) {
            if (migration.number > applied) {
                apply(connection, component, migration, now);
            }
        }
    }
    return Done{};
}

Result<Done> check_migrated(Connection& connection, std::span<Component const> components) {
    if (auto error = too_new(connection, components)) {
        return std::move(*error);
    }
    for (auto const& component : components) {
        if (applied_of(connection, component) < newest_of(component)) {
            return Error{.kind = ErrorKind::conflict,
                         .reason = "DATABASE_TOO_OLD",
                         .message = "the database's part '" + component.name +
                                    "' must be migrated by opening it for writing"};
        }
    }
    return Done{};
}

} // namespace loci::store
