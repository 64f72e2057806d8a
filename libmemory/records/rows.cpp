#include "records/rows.hpp"

#include "records/text_list.hpp"

#include <span>

namespace loci::memory {
namespace {

constexpr store::Sql insert_memory_row{R"sql(
INSERT INTO memory (number, id, owner, tenant, user, subject, organization, agent, space, session,
    project, episode, sequence, speaker, kind, nature, level, sensitivity, source, source_ref,
    provenance, importance, strength, session_only, validation_count,
    last_validated_at, created_at, updated_at, expires_at, superseded_at, superseded_by,
    expired_at, expired_by, contested_at, is_derived)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
    ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32,
    CASE WHEN ?32 IS NULL THEN NULL ELSE 'import' END, ?33, ?34)
)sql"};

constexpr store::Sql insert_revision_row{R"sql(
INSERT INTO revision (key, memory, owner, number, type, type_given, title, content, summary, tags,
    metadata, confidence, language, valid_from, valid_to, recorded_at, index_state, text_hash, stems,
    words)
VALUES (?1, ?2, ?3, ?4, ?5, ?5 IS NOT NULL, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
    ?18, ?19)
)sql"};

constexpr store::Sql end_revision{R"sql(
UPDATE revision SET ended_at = ?2, next_key = ?3 WHERE key = ?1
)sql"};

constexpr store::Sql update_memory_row{R"sql(
UPDATE memory SET importance = ?2, updated_at = ?3, expires_at = ?4, validation_count = ?5,
    last_validated_at = ?6, superseded_at = ?7, superseded_by = ?8, expired_at = ?9,
    expired_by = CASE WHEN ?9 IS NULL THEN NULL ELSE coalesce(expired_by, 'request') END,
    contested_at = ?10
WHERE number = ?1
)sql"};

constexpr store::Sql insert_vector_row{R"sql(
INSERT INTO vector (revision, model, data) VALUES (?1, ?2, ?3)
)sql"};

constexpr store::Sql copy_vectors{R"sql(
INSERT INTO vector (revision, model, data) SELECT ?1, model, data FROM vector WHERE revision = ?2
)sql"};

constexpr store::Sql insert_edge_row{R"sql(
INSERT INTO edge (tenant, user, source, target, relation, origin, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, 'client', ?6)
ON CONFLICT (tenant, user, source, target, relation) DO NOTHING
)sql"};

store::Value::Blob bytes_of(std::string_view text) {
    return std::as_bytes(std::span{text});
}

std::optional<Uuid> uuid_of(std::optional<MemoryId> const& id) {
    return id ? std::optional{id->value} : std::nullopt;
}

index::WordEntry word_entry(StoredRecord const& stored, std::string_view stems,
                            Hash const& text_hash) {
    return {.owner = stored.owner,
            .space = *stored.record.scope.space,
            .episode = stored.episode,
            .key = stored.record.revision_key,
            .stems = stems,
            .text_hash = text_hash};
}

void insert_revision(Mutation& mutation, StoredRecord const& stored, std::string_view stems,
                     Hash const& text_hash) {
    auto const& record = stored.record;
    mutation.transaction().execute(
        insert_revision_row, record.revision_key, stored.number, stored.owner, record.revision,
        record.type, record.title, record.content, record.summary, text_list(record.tags),
        record.metadata.text(), record.confidence, record.language, record.valid_from,
        record.valid_to, record.recorded_at, to_string(record.index_state),
        store::Value::Blob{text_hash}, bytes_of(stems), stored.words);
    mutation.words().add(mutation.transaction(), word_entry(stored, stems, text_hash));
    mutation.transaction().account(record.content.size() + 2 * stems.size());
}

void insert_vectors(Mutation& mutation, std::int64_t revision_key, Indexed const& indexed) {
    for (auto const& vector : indexed.vectors) {
        if (vector.is_sound && mutation.models().holds(vector.model)) {
            insert_vector(mutation, revision_key, vector);
        }
    }
}

} // namespace

void insert_memory(Mutation& mutation, StoredRecord const& stored, Hash const& text_hash,
                   Indexed const& indexed) {
    auto const& record = stored.record;
    auto const& scope = record.scope;
    mutation.transaction().execute(
        insert_memory_row, stored.number, record.id.value, stored.owner, record.tenant, record.user,
        scope.subject, scope.organization, scope.agent, scope.space, scope.session, scope.project,
        stored.episode, record.sequence, record.speaker, to_string(record.kind), record.nature,
        record.level, to_string(record.sensitivity), record.source, record.source_ref,
        record.provenance, record.importance, record.strength, record.session_only,
        record.validation_count, record.last_validated_at, record.created_at, record.updated_at,
        record.expires_at, record.superseded_at, uuid_of(record.superseded_by), record.expired_at,
        record.contested_at, !record.derived_from.empty());
    insert_revision(mutation, stored, indexed.stems, text_hash);
    insert_vectors(mutation, record.revision_key, indexed);
}

void open_revision(Mutation& mutation, StoredRecord const& before, StoredRecord& after,
                   std::optional<Indexed> const& indexed) {
    auto& transaction = mutation.transaction();
    auto const former = read_words(transaction, before.record.revision_key);
    auto& record = after.record;
    record.revision_key = transaction.next("revision");
    record.revision = before.record.revision + 1;
    record.recorded_at = mutation.now();
    if (indexed) {
        record.index_state = state_of(*indexed, mutation.models());
        after.words = indexed->words;
    }
    mutation.words().retire(word_entry(before, former.stems, former.text_hash));
    transaction.execute(end_revision, before.record.revision_key, record.recorded_at,
                        record.revision_key);
    insert_revision(mutation, after, indexed ? indexed->stems : former.stems,
                    indexed ? hash_of_content(record.content) : former.text_hash);
    if (!indexed) {
        transaction.execute(copy_vectors, record.revision_key, before.record.revision_key);
    } else {
        insert_vectors(mutation, record.revision_key, *indexed);
    }
}

void update_in_place(Mutation& mutation, StoredRecord& stored) {
    auto& record = stored.record;
    record.updated_at = mutation.now();
    mutation.transaction().execute(
        update_memory_row, stored.number, record.importance, record.updated_at, record.expires_at,
        record.validation_count, record.last_validated_at, record.superseded_at,
        uuid_of(record.superseded_by), record.expired_at, record.contested_at);
}

void insert_vector(Mutation& mutation, std::int64_t revision_key, ModelVector const& vector) {
    auto const bytes = vector_bytes(vector.vector);
    mutation.transaction().execute(insert_vector_row, revision_key, vector.model, bytes);
    mutation.transaction().account(bytes.size());
}

void insert_edge(Mutation& mutation, Record const& owner, MemoryId source, MemoryId target,
                 std::string_view relation) {
    mutation.transaction().execute(insert_edge_row, owner.tenant, owner.user, source.value,
                                   target.value, relation, mutation.now());
}

} // namespace loci::memory
