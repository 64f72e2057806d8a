#include "identity/schema.hpp"

#include <array>

namespace loci::runtime {
namespace {

// Instants are microseconds; ids are 16-byte blobs (UUID version 7).
//
// Keys, sessions and logins are one table, found by the SHA-256 of the whole secret. NULL scopes
// mean all that the role allows; the opener bounds permissions and life; the successor replaced
// this one (a rotation with a grace period sets expires_at of the old one).
//
// A registered agent is the worker behind a key. Its credential is NULL once another agent took the
// key over: then only the coordinate in stored memories refers to it.
//
// A completed request is what a call with an idempotency key did, without any secret.
constexpr store::Sql initial{R"sql(
CREATE TABLE tenant (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    plan TEXT NOT NULL DEFAULT 'SELF_HOSTED',
    seat_limit INTEGER,
    attributes TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT UNIQUE,
    name TEXT,
    password TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
    tenant BLOB NOT NULL REFERENCES tenant (id),
    user BLOB NOT NULL REFERENCES user (id),
    role TEXT NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER', 'VIEWER')),
    invited_by BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_active_at INTEGER,
    removed_at INTEGER,
    PRIMARY KEY (tenant, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX membership_user ON membership (user);

CREATE TABLE credential (
    id BLOB NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    tenant BLOB NOT NULL,
    user BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('key', 'session', 'login')),
    style TEXT NOT NULL,
    origin TEXT NOT NULL,
    name TEXT NOT NULL,
    masked TEXT NOT NULL,
    prefix TEXT NOT NULL,
    scopes TEXT,
    agent_limit TEXT,
    opener BLOB REFERENCES credential (id),
    successor BLOB REFERENCES credential (id),
    organization TEXT,
    attributes TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER,
    revoked_at INTEGER,
    revoked_by BLOB,
    FOREIGN KEY (tenant, user) REFERENCES membership (tenant, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_member ON credential (tenant, user, kind, id);
CREATE INDEX credential_opener ON credential (opener) WHERE opener IS NOT NULL;
CREATE INDEX credential_successor ON credential (successor) WHERE successor IS NOT NULL;

CREATE TABLE registered_agent (
    id BLOB NOT NULL PRIMARY KEY,
    tenant BLOB NOT NULL,
    user BLOB NOT NULL,
    coordinate TEXT NOT NULL,
    credential BLOB UNIQUE REFERENCES credential (id),
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    version TEXT,
    capabilities TEXT NOT NULL DEFAULT '{}',
    registered_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (tenant, user, coordinate),
    FOREIGN KEY (tenant, user) REFERENCES membership (tenant, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX registered_agent_coordinate ON registered_agent (tenant, coordinate);
CREATE UNIQUE INDEX registered_agent_name ON registered_agent (tenant, folded_name)
    WHERE credential IS NOT NULL;

CREATE TABLE completed_request (
    tenant BLOB NOT NULL,
    user BLOB NOT NULL,
    key TEXT NOT NULL,
    operation TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    subject BLOB NOT NULL,
    created INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant, user, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX completed_request_age ON completed_request (at);
)sql"};

constexpr std::array<store::Migration, 1> steps{{{1, initial}}};

} // namespace

std::span<store::Migration const> schema() noexcept {
    return steps;
}

} // namespace loci::runtime
