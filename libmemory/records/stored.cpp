#include "records/stored.hpp"

#include "records/text_list.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <unordered_map>

namespace loci::memory {
namespace {

static_assert(std::endian::native == std::endian::little, "vectors are stored little-endian");

/// Columns of the view `record`, in its order.
enum Column : int {
    number,
    id,
    owner,
    tenant,
    user,
    subject,
    organization,
    agent,
    space,
    session,
    project,
    episode,
    sequence,
    speaker,
    kind,
    nature,
    level,
    sensitivity,
    source,
    source_ref,
    provenance,
    importance,
    strength,
    session_only,
    validation_count,
    last_validated_at,
    created_at,
    updated_at,
    expires_at,
    superseded_at,
    superseded_by,
    expired_at,
    contested_at,
    forgotten_at,
    derived_from,
    key,
    revision,
    type,
    title,
    content,
    summary,
    tags,
    metadata,
    confidence,
    language,
    valid_from,
    valid_to,
    recorded_at,
    ended_at,
    next_key,
    index_state,
    words
};

constexpr store::Sql select_visible{R"sql(
SELECT * FROM record
WHERE id = ?1 AND tenant = ?2 AND (user = ?3 OR substr(space, 1, 5) = 'team:') AND ended_at IS NULL
)sql"};

constexpr store::Sql select_by_key{R"sql(
SELECT * FROM record WHERE key IN (SELECT value FROM json_each(?1))
)sql"};

constexpr store::Sql select_words{"SELECT stems, text_hash FROM revision WHERE key = ?1"};

constexpr store::Sql select_vector{"SELECT data FROM vector WHERE revision = ?1 AND model = ?2"};

std::optional<int> small_integer(store::Rows const& rows, int column) {
    auto const value = rows.optional_integer(column);
    return value ? std::optional<int>{static_cast<int>(*value)} : std::nullopt;
}

void read_identity(store::Rows const& rows, Record& record) {
    record.id = MemoryId{rows.uuid(id)};
    record.tenant = rows.text(tenant);
    record.user = rows.text(user);
    record.scope = {.subject = rows.optional_text(subject),
                    .organization = rows.optional_text(organization),
                    .agent = rows.optional_text(agent),
                    .space = rows.optional_text(space),
                    .session = rows.optional_text(session),
                    .project = rows.optional_text(project)};
    record.sequence = rows.optional_integer(sequence);
    record.speaker = rows.optional_text(speaker);
    record.kind = parse_kind(rows.text(kind)).value_or(Kind::memory);
    record.nature = rows.optional_text(nature);
    record.level = small_integer(rows, level);
    record.sensitivity = parse_sensitivity(rows.text(sensitivity)).value_or(Sensitivity::critical);
    record.source = rows.optional_text(source);
    record.source_ref = rows.optional_text(source_ref);
    record.provenance = rows.optional_text(provenance);
    record.importance = rows.optional_real(importance);
    record.strength = rows.real(strength);
    record.session_only = rows.integer(session_only) != 0;
}

/// Ids as hexadecimal digits, 32 each.
std::vector<MemoryId> read_ids(std::string_view digits) {
    std::vector<MemoryId> ids(digits.size() / 32);
    auto const* at = digits.data();
    for (auto& memory : ids) {
        for (auto& byte : memory.value.bytes) {
            std::from_chars(at, at + 2, byte, 16);
            at += 2;
        }
    }
    return ids;
}

void read_stamps(store::Rows const& rows, Record& record) {
    record.validation_count = static_cast<int>(rows.integer(validation_count));
    record.last_validated_at = rows.optional_time(last_validated_at);
    record.created_at = rows.time(created_at);
    record.updated_at = rows.time(updated_at);
    record.expires_at = rows.optional_time(expires_at);
    record.superseded_at = rows.optional_time(superseded_at);
    if (auto const successor = rows.optional_uuid(superseded_by)) {
        record.superseded_by = MemoryId{*successor};
    }
    record.expired_at = rows.optional_time(expired_at);
    record.contested_at = rows.optional_time(contested_at);
    record.forgotten_at = rows.optional_time(forgotten_at);
    if (!rows.is_null(derived_from)) {
        record.derived_from = read_ids(rows.text(derived_from));
    }
}

void read_revision(store::Rows const& rows, Record& record) {
    record.revision_key = rows.integer(key);
    record.revision = static_cast<int>(rows.integer(revision));
    record.type = rows.optional_text(type);
    record.title = rows.optional_text(title);
    record.content = rows.text(content);
    record.summary = rows.optional_text(summary);
    record.tags = parse_text_list(rows.text(tags));
    record.metadata = JsonObject::trusted(std::string{rows.text(metadata)});
    record.confidence = rows.optional_real(confidence);
    record.language = rows.optional_text(language);
    record.valid_from = rows.optional_time(valid_from);
    record.valid_to = rows.optional_time(valid_to);
    record.recorded_at = rows.time(recorded_at);
    record.ended_at = rows.optional_time(ended_at);
    record.index_state = parse_index_state(rows.text(index_state)).value_or(IndexState::pending);
}

} // namespace

StoredRecord read_stored(store::Rows const& rows) {
    StoredRecord stored;
    stored.number = rows.integer(number);
    stored.owner = rows.integer(owner);
    stored.episode = rows.optional_integer(episode);
    stored.words = static_cast<std::uint32_t>(rows.integer(words));
    read_identity(rows, stored.record);
    read_stamps(rows, stored.record);
    read_revision(rows, stored.record);
    return stored;
}

StoredWords read_words(store::ReadTransaction& transaction, std::int64_t revision_key) {
    StoredWords words;
    auto rows = transaction.query(select_words, revision_key);
    if (rows.next()) {
        auto const stems = rows.blob(0);
        words.stems.assign(reinterpret_cast<char const*>(stems.data()), stems.size());
        auto const hash = rows.blob(1);
        std::copy_n(hash.begin(), std::min(hash.size(), words.text_hash.size()),
                    words.text_hash.begin());
    }
    return words;
}

std::vector<float> read_vector(store::ReadTransaction& transaction, std::int64_t revision_key,
                               std::int64_t model) {
    auto rows = transaction.query(select_vector, revision_key, model);
    return rows.next() ? vector_from(rows.blob(0)) : std::vector<float>{};
}

std::span<std::byte const> vector_bytes(std::vector<float> const& vector) noexcept {
    return std::as_bytes(std::span{vector});
}

std::vector<float> vector_from(std::span<std::byte const> bytes) {
    std::vector<float> vector(bytes.size() / sizeof(float));
    if (!vector.empty()) {
        std::memcpy(vector.data(), bytes.data(), vector.size() * sizeof(float));
    }
    return vector;
}

std::vector<StoredRecord> read_by_key(store::ReadTransaction& transaction,
                                      std::vector<std::int64_t> const& revision_keys) {
    std::unordered_map<std::int64_t, StoredRecord> found;
    found.reserve(revision_keys.size());
    auto rows = transaction.query(select_by_key, number_list(revision_keys));
    while (rows.next()) {
        auto stored = read_stored(rows);
        auto const revision_key = stored.record.revision_key;
        found.emplace(revision_key, std::move(stored));
    }
    std::vector<StoredRecord> ordered;
    ordered.reserve(found.size());
    for (auto const revision_key : revision_keys) {
        if (auto node = found.extract(revision_key)) {
            ordered.push_back(std::move(node.mapped()));
        }
    }
    return ordered;
}

std::optional<StoredRecord> find_visible(store::ReadTransaction& transaction, Caller const& caller,
                                         MemoryId memory) {
    auto rows = transaction.query(select_visible, memory.value, caller.tenant, caller.user);
    return rows.next() ? std::optional{read_stored(rows)} : std::nullopt;
}

std::optional<StoredRecord> find_readable(store::ReadTransaction& transaction, Caller const& caller,
                                          MemoryId memory) {
    auto stored = find_visible(transaction, caller, memory);
    if (stored && stored->record.forgotten_at) {
        stored.reset();
    }
    return stored;
}

index::Row catalogue_row(StoredRecord const& stored, std::vector<float> vector) {
    auto const& record = stored.record;
    return {.key = record.revision_key,
            .memory = stored.number,
            .owner = stored.owner,
            .scope = record.scope,
            .user = record.user,
            .tags = record.tags,
            .kind = record.kind,
            .type = record.type,
            .nature = record.nature,
            .level = record.level,
            .sensitivity = record.sensitivity,
            .source = record.source,
            .speaker = record.speaker,
            .sequence = record.sequence,
            .episode = stored.episode,
            .language = record.language,
            .confidence = record.confidence,
            .importance = record.importance,
            .index_state = record.index_state,
            .revision = record.revision,
            .created_at = record.created_at,
            .updated_at = record.updated_at,
            .recorded_at = record.recorded_at,
            .ended_at = record.ended_at,
            .valid_from = record.valid_from,
            .valid_to = record.valid_to,
            .expires_at = record.expires_at,
            .superseded_at = record.superseded_at,
            .expired_at = record.expired_at,
            .contested_at = record.contested_at,
            .forgotten_at = record.forgotten_at,
            .words = stored.words,
            .vector = std::move(vector)};
}

bool is_team_space(std::string_view space) noexcept {
    return space.starts_with("team:");
}

} // namespace loci::memory
