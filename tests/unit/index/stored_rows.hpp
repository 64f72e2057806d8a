#pragma once
#include "memory_tables.hpp"

#include <fmt/format.h>
#include <index/catalogue.hpp>
#include <string>

namespace loci::tests {

inline constexpr std::string_view test_model = "test-model";

/// Writes rows as the write path does, but only the columns that the catalogue reads.
class StoredRows {
public:
    explicit StoredRows(MemoryTables& tables) {
        tables.write([](store::WriteTransaction& transaction) {
            for (std::int64_t owner : {1, 2}) {
                transaction.execute("INSERT INTO owner VALUES (?1, 't', ?2)", owner,
                                    owner == 1 ? "u" : "");
            }
            transaction.execute("INSERT INTO model VALUES (1, ?1, 3, 'serving')", test_model);
        });
    }

    static void add(store::WriteTransaction& transaction, index::Row const& row,
                    std::string_view metadata = "{}") {
        if (row.revision == 1) {
            transaction.execute(
                "INSERT INTO memory (number, id, owner, tenant, user, space, kind, sensitivity, "
                "created_at, updated_at) VALUES (?1, ?2, ?3, 't', ?4, '', '', '', 0, 0)",
                row.memory, id(row.memory), row.owner, row.user);
        }
        transaction.execute(
            "UPDATE revision SET ended_at = ?2 WHERE memory = ?1 AND ended_at IS NULL", row.memory,
            row.recorded_at);
        transaction.execute(
            "INSERT INTO revision (key, memory, owner, number, content, tags, metadata, "
            "recorded_at, index_state, text_hash, stems, words) "
            "VALUES (?1, ?2, ?3, ?4, '', ?5, ?6, ?7, '', x'', x'', ?8)",
            row.key, row.memory, row.owner, row.revision, tags(row), metadata, row.recorded_at,
            row.words);
        stamp(transaction, row);
    }

    /// Everything that may change in place.
    static void stamp(store::WriteTransaction& transaction, index::Row const& row) {
        auto const& scope = row.scope;
        transaction.execute(
            "UPDATE memory SET subject = ?2, organization = ?3, agent = ?4, space = ?5, "
            "session = ?6, project = ?7, kind = ?8, nature = ?9, level = ?10, sensitivity = ?11, "
            "source = ?12, speaker = ?13, sequence = ?14 WHERE number = ?1",
            row.memory, scope.subject, scope.organization, scope.agent, scope.space, scope.session,
            scope.project, memory::to_string(row.kind), row.nature, row.level,
            memory::to_string(row.sensitivity), row.source, row.speaker, row.sequence);
        transaction.execute(
            "UPDATE memory SET importance = ?2, created_at = ?3, updated_at = ?4, expires_at = ?5, "
            "superseded_at = ?6, expired_at = ?7, contested_at = ?8, forgotten_at = ?9 "
            "WHERE number = ?1",
            row.memory, row.importance, row.created_at, row.updated_at, row.expires_at,
            row.superseded_at, row.expired_at, row.contested_at, row.forgotten_at);
        transaction.execute(
            "UPDATE revision SET type = ?2, language = ?3, confidence = ?4, index_state = ?5, "
            "valid_from = ?6, valid_to = ?7 WHERE key = ?1",
            row.key, row.type, row.language, row.confidence, memory::to_string(row.index_state),
            row.valid_from, row.valid_to);
        if (!row.vector.empty()) {
            transaction.execute("INSERT OR IGNORE INTO vector VALUES (?1, 1, ?2)", row.key,
                                store::Value::Blob{std::as_bytes(std::span{row.vector})});
        }
    }

    static void erase(store::WriteTransaction& transaction, std::int64_t key, std::int64_t memory) {
        transaction.execute("DELETE FROM vector WHERE revision = ?1", key);
        transaction.execute("DELETE FROM revision WHERE key = ?1", key);
        transaction.execute("DELETE FROM memory WHERE number = ?1 AND NOT EXISTS "
                            "(SELECT 1 FROM revision WHERE memory = ?1)",
                            memory);
    }

    /// Logs a change; its number.
    static std::int64_t log(store::WriteTransaction& transaction) {
        return transaction.record(
            {.tenant = "t", .user = "u", .kind = "memory", .action = "write", .id = {}});
    }

private:
    static Uuid id(std::int64_t number) {
        Uuid id;
        for (std::size_t i = 0; i < 8; ++i) {
            id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
        }
        return id;
    }

    static std::string tags(index::Row const& row) {
        std::string list;
        for (auto const& tag : row.tags) {
            list += fmt::format("{}\"{}\"", list.empty() ? "" : ",", tag);
        }
        return "[" + list + "]";
    }
};

} // namespace loci::tests
