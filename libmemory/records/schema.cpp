#include "records/schema.hpp"

#include <array>

namespace loci::memory {
namespace {

// Instants are microseconds. Ids are 16-byte blobs. Coordinates are client text; '' in `owner` and
// in keys of registry rows stands for "unset", because a key column cannot be NULL. `memory.number`
// and `revision.key` come from sequences: they are never given out twice, also after a delete.
//
// owner: whose words and statistics belong together: (tenant, user), or (tenant, '') for all
//     `team:` spaces.
// memory: one row a memory: identity, scope, stamps, values that change in place; only where
//     `is_derived` may edges `derived_from` begin, so that reading others looks for none.
// revision: the indexed unit: key = FTS5 rowid = vector label = export order; current iff
//     `ended_at` is NULL; `next_key` is the revision that ended it.
// record: a revision with its memory, as `records/stored.hpp` reads it; stems are left out.
// vector: the revision's vector under one model (float32, little-endian); empty when the model
//     knows no word of the text.
// words: contentless index of revisions by their stems and by the hash of their content; tokens
//     carry the owner's number, e.g. `17_seat` (`index/words.cpp`).
// stem_tally: how many current revisions of an owner's spaces hold a stem, and how often an episode
//     has one (`index/stem_tally.cpp`).
// episode: the turns of one session in one space.
// agent, session, project: registry rows: display data for a coordinate's text.
// edge: typed links between memories; no foreign keys, endpoints need not exist.
// stored_answer: what a call with an idempotency key did.
constexpr store::Sql initial{R"sql(
CREATE TABLE owner (
    number INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    UNIQUE (tenant, user)
) STRICT;

CREATE TABLE memory (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    owner INTEGER NOT NULL REFERENCES owner (number),
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    subject TEXT,
    organization TEXT,
    agent TEXT,
    space TEXT NOT NULL,
    session TEXT,
    project TEXT,
    episode INTEGER REFERENCES episode (number),
    sequence INTEGER,
    speaker TEXT,
    kind TEXT NOT NULL,
    nature TEXT,
    level INTEGER,
    sensitivity TEXT NOT NULL,
    source TEXT,
    source_ref TEXT,
    provenance TEXT,
    importance REAL,
    tier_pin TEXT,
    strength REAL NOT NULL DEFAULT 1.0,
    session_only INTEGER NOT NULL DEFAULT 0,
    is_derived INTEGER NOT NULL DEFAULT 0,
    validation_count INTEGER NOT NULL DEFAULT 0,
    last_validated_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER,
    superseded_at INTEGER,
    superseded_by BLOB,
    expired_at INTEGER,
    expired_by TEXT,
    contested_at INTEGER,
    forgotten_at INTEGER,
    forgotten_plan BLOB,
    UNIQUE (tenant, id)
) STRICT;
CREATE INDEX memory_episode ON memory (episode, sequence) WHERE episode IS NOT NULL;

CREATE TABLE revision (
    key INTEGER PRIMARY KEY,
    memory INTEGER NOT NULL REFERENCES memory (number),
    owner INTEGER NOT NULL REFERENCES owner (number),
    number INTEGER NOT NULL,
    next_key INTEGER,
    type TEXT,
    type_given INTEGER NOT NULL DEFAULT 0,
    title TEXT,
    content TEXT NOT NULL,
    summary TEXT,
    tags TEXT NOT NULL,
    metadata TEXT NOT NULL,
    confidence REAL,
    language TEXT,
    valid_from INTEGER,
    valid_to INTEGER,
    recorded_at INTEGER NOT NULL,
    ended_at INTEGER,
    index_state TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    stems BLOB NOT NULL,
    words INTEGER NOT NULL,
    UNIQUE (memory, number)
) STRICT;
CREATE INDEX revision_owner ON revision (owner, key);
CREATE INDEX revision_pending ON revision (key) WHERE index_state = 'pending';

CREATE VIEW record AS SELECT
    memory.number AS number, memory.id AS id, memory.owner AS owner, memory.tenant AS tenant,
    memory.user AS user, memory.subject AS subject, memory.organization AS organization,
    memory.agent AS agent, memory.space AS space, memory.session AS session,
    memory.project AS project, memory.episode AS episode, memory.sequence AS sequence,
    memory.speaker AS speaker, memory.kind AS kind, memory.nature AS nature,
    memory.level AS level, memory.sensitivity AS sensitivity, memory.source AS source,
    memory.source_ref AS source_ref, memory.provenance AS provenance,
    memory.importance AS importance, memory.strength AS strength,
    memory.session_only AS session_only, memory.validation_count AS validation_count,
    memory.last_validated_at AS last_validated_at, memory.created_at AS created_at,
    memory.updated_at AS updated_at, memory.expires_at AS expires_at,
    memory.superseded_at AS superseded_at, memory.superseded_by AS superseded_by,
    memory.expired_at AS expired_at, memory.contested_at AS contested_at,
    memory.forgotten_at AS forgotten_at,
    CASE WHEN memory.is_derived THEN (
        SELECT group_concat(hex(edge.target), '') FROM edge
        WHERE edge.tenant = memory.tenant AND edge.user = memory.user
            AND edge.source = memory.id AND edge.relation = 'derived_from') END AS derived_from,
    revision.key AS key, revision.number AS revision,
    revision.type AS type, revision.title AS title, revision.content AS content,
    revision.summary AS summary, revision.tags AS tags, revision.metadata AS metadata,
    revision.confidence AS confidence, revision.language AS language,
    revision.valid_from AS valid_from, revision.valid_to AS valid_to,
    revision.recorded_at AS recorded_at, revision.ended_at AS ended_at,
    revision.next_key AS next_key, revision.index_state AS index_state, revision.words AS words
FROM memory JOIN revision ON revision.memory = memory.number;

CREATE TABLE model (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    dimension INTEGER NOT NULL,
    state TEXT NOT NULL
) STRICT;

CREATE TABLE vector (
    revision INTEGER NOT NULL REFERENCES revision (key),
    model INTEGER NOT NULL REFERENCES model (number),
    data BLOB NOT NULL,
    PRIMARY KEY (revision, model)
) STRICT;

CREATE VIRTUAL TABLE words USING fts5 (
    tokens, content = '', columnsize = 0, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE TABLE space (
    owner INTEGER NOT NULL REFERENCES owner (number),
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    documents INTEGER NOT NULL,
    words INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_write_at INTEGER NOT NULL,
    PRIMARY KEY (owner, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE stem_tally (
    kind INTEGER NOT NULL,
    number INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    first_stem TEXT NOT NULL,
    entries BLOB NOT NULL,
    PRIMARY KEY (kind, number, segment, first_stem)
) STRICT, WITHOUT ROWID;

CREATE TABLE episode (
    number INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL REFERENCES owner (number),
    space TEXT NOT NULL,
    subject TEXT NOT NULL,
    session TEXT NOT NULL,
    documents INTEGER NOT NULL,
    words INTEGER NOT NULL,
    UNIQUE (owner, space, subject, session)
) STRICT;

CREATE TABLE agent (
    id BLOB NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT,
    aliases TEXT NOT NULL DEFAULT '[]',
    implicit INTEGER NOT NULL,
    attributes TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    UNIQUE (tenant, user, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    id BLOB NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT,
    aliases TEXT NOT NULL DEFAULT '[]',
    implicit INTEGER NOT NULL,
    attributes TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    ended_at INTEGER,
    UNIQUE (tenant, user, subject, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE project (
    id BLOB NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT,
    aliases TEXT NOT NULL DEFAULT '[]',
    implicit INTEGER NOT NULL,
    attributes TEXT NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    UNIQUE (tenant, user, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE edge (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    source BLOB NOT NULL,
    target BLOB NOT NULL,
    relation TEXT NOT NULL,
    weight REAL NOT NULL DEFAULT 1.0,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, user, source, target, relation)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_source ON edge (source);
CREATE INDEX edge_target ON edge (target);

CREATE TABLE stored_answer (
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    key TEXT NOT NULL,
    operation TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    answer BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, user, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX stored_answer_age ON stored_answer (created_at);

CREATE TABLE stored_answer_memory (
    memory BLOB NOT NULL,
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    key TEXT NOT NULL,
    PRIMARY KEY (memory, tenant, user, key)
) STRICT, WITHOUT ROWID;
)sql"};

constexpr std::array<store::Migration, 1> steps{{{1, initial}}};

} // namespace

std::span<store::Migration const> schema() noexcept {
    return steps;
}

} // namespace loci::memory
