#include "records/erase.hpp"

#include "records/answers.hpp"
#include "records/lifecycle.hpp"
#include "records/rows.hpp"

#include <set>

namespace loci::memory {
namespace {

constexpr store::Sql select_revisions{R"sql(
SELECT key, ended_at IS NULL FROM revision WHERE memory = ?1 ORDER BY key
)sql"};

constexpr store::Sql delete_vectors{R"sql(
DELETE FROM vector WHERE revision IN (SELECT key FROM revision WHERE memory = ?1)
)sql"};

constexpr store::Sql delete_revisions{"DELETE FROM revision WHERE memory = ?1"};

constexpr store::Sql delete_memory{"DELETE FROM memory WHERE number = ?1"};

// An import may name a successor of somebody else: the edge is then the importer's.
constexpr store::Sql select_predecessors{R"sql(
SELECT DISTINCT target FROM edge WHERE source = ?1 AND tenant = ?2 AND relation = 'supersedes'
)sql"};

constexpr store::Sql delete_edges_from{"DELETE FROM edge WHERE source = ?1 AND tenant = ?2"};

constexpr store::Sql delete_edges_to{"DELETE FROM edge WHERE target = ?1 AND tenant = ?2"};

constexpr store::Sql select_by_id{R"sql(
SELECT * FROM record WHERE id = ?1 AND tenant = ?2 AND ended_at IS NULL
)sql"};

struct RevisionKey {
    std::int64_t key;
    bool is_current;
};

std::vector<RevisionKey> revisions_of(store::ReadTransaction& transaction, std::int64_t memory) {
    std::vector<RevisionKey> revisions;
    auto rows = transaction.query(select_revisions, memory);
    while (rows.next()) {
        revisions.push_back({rows.integer(0), rows.integer(1) != 0});
    }
    return revisions;
}

void erase_words_of(Mutation& mutation, StoredRecord const& stored, RevisionKey const& revision) {
    auto const words = read_words(mutation.transaction(), revision.key);
    index::WordEntry const entry{.owner = stored.owner,
                                 .space = *stored.record.scope.space,
                                 .episode = stored.episode,
                                 .key = revision.key,
                                 .stems = words.stems,
                                 .text_hash = words.text_hash};
    if (revision.is_current) {
        mutation.words().retire(entry);
    }
    index::erase_words(mutation.transaction(), entry);
}

std::vector<MemoryId> predecessors_of(store::ReadTransaction& transaction, Record const& record) {
    std::vector<MemoryId> predecessors;
    auto rows = transaction.query(select_predecessors, record.id.value, record.tenant);
    while (rows.next()) {
        predecessors.push_back(MemoryId{rows.uuid(0)});
    }
    return predecessors;
}

/// What was superseded by the erased memory stays superseded, but names it no longer.
void unname_successor(Mutation& mutation, Record const& erased) {
    auto& transaction = mutation.transaction();
    for (auto const& id : predecessors_of(transaction, erased)) {
        std::optional<StoredRecord> predecessor;
        {
            auto rows = transaction.query(select_by_id, id.value, erased.tenant);
            if (rows.next()) {
                predecessor = read_stored(rows);
            }
        }
        if (predecessor && predecessor->record.superseded_by == erased.id) {
            predecessor->record.superseded_by.reset();
            update_in_place(mutation, *predecessor);
            mutation.restamped(*predecessor);
        }
    }
}

std::size_t erase_one(Mutation& mutation, StoredRecord const& stored) {
    auto& transaction = mutation.transaction();
    auto const& record = stored.record;
    std::vector<std::int64_t> keys;
    for (auto const& revision : revisions_of(transaction, stored.number)) {
        erase_words_of(mutation, stored, revision);
        keys.push_back(revision.key);
    }
    transaction.execute(delete_vectors, stored.number);
    transaction.execute(delete_revisions, stored.number);
    transaction.execute(delete_memory, stored.number);
    unname_successor(mutation, record);
    transaction.execute(delete_edges_from, record.id.value, record.tenant);
    transaction.execute(delete_edges_to, record.id.value, record.tenant);
    forget_answers(transaction, record);
    mutation.erased(stored, keys);
    return keys.size();
}

} // namespace

Result<Erased> erase(Mutation& mutation, std::span<MemoryId const> ids) {
    Erased erased;
    for (auto const& id : std::set<MemoryId>{ids.begin(), ids.end()}) {
        auto const stored = find_visible(mutation.transaction(), mutation.caller(), id);
        if (!stored) {
            return memory_not_found();
        }
        erased.revisions += erase_one(mutation, *stored);
        ++erased.memories;
    }
    mutation.publish();
    return erased;
}

} // namespace loci::memory
