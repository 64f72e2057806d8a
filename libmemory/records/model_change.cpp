#include "records/model_change.hpp"

#include "records/embedding.hpp"
#include "records/rows.hpp"
#include "records/stored.hpp"
#include "records/text_list.hpp"

#include <optional>

// Every revision written since the incoming model is known gets its vector with the write, or is
// found by the walk: keys ascend, so whatever the walk has not passed lies before it. A mutation
// that shares its commit with the swap may still have been made for the former model alone; it is
// found when the former vectors are removed.

namespace loci::memory {
namespace {

constexpr store::Sql select_lacking{R"sql(
SELECT key FROM revision
WHERE key > ?2 AND NOT EXISTS (SELECT 1 FROM vector WHERE revision = key AND model = ?1)
ORDER BY key LIMIT ?3
)sql"};

constexpr store::Sql insert_vector_if_there{R"sql(
INSERT INTO vector (revision, model, data)
SELECT key, ?2, ?3 FROM revision WHERE key = ?1
ON CONFLICT (revision, model) DO NOTHING
)sql"};

constexpr store::Sql make_ready{R"sql(
UPDATE revision SET index_state = 'ready' WHERE key = ?1 AND index_state <> 'ready'
)sql"};

constexpr store::Sql mark_failed{R"sql(
UPDATE revision SET index_state = 'failed'
WHERE key IN (SELECT value FROM json_each(?1))
    AND NOT EXISTS (SELECT 1 FROM vector WHERE revision = key AND model = ?2)
)sql"};

constexpr store::Sql serve_model{R"sql(
UPDATE model SET state = CASE WHEN number = ?1 THEN 'serving' ELSE 'retired' END
WHERE number = ?1 OR state = 'serving'
)sql"};

constexpr store::Sql select_retired{R"sql(
SELECT number FROM model WHERE state = 'retired' ORDER BY number LIMIT 1
)sql"};

constexpr store::Sql select_retired_vectors{R"sql(
SELECT revision FROM vector WHERE revision > ?2 AND model = ?1 ORDER BY revision LIMIT ?3
)sql"};

constexpr store::Sql select_overlooked{R"sql(
SELECT key FROM revision
WHERE key IN (SELECT value FROM json_each(?1)) AND index_state = 'ready'
    AND NOT EXISTS (SELECT 1 FROM vector WHERE revision = key AND model = ?2)
)sql"};

constexpr store::Sql mark_pending{R"sql(
UPDATE revision SET index_state = 'pending' WHERE key IN (SELECT value FROM json_each(?1))
)sql"};

constexpr store::Sql delete_vectors{R"sql(
DELETE FROM vector WHERE model = ?2 AND revision IN (SELECT value FROM json_each(?1))
)sql"};

constexpr store::Sql mark_removed{R"sql(
UPDATE model SET state = 'removed' WHERE number = ?1 AND state = 'retired'
)sql"};

constexpr store::Sql count_pending{"SELECT count(*) FROM revision WHERE index_state = 'pending'"};

constexpr store::Sql count_revisions{"SELECT count(*) FROM revision"};

constexpr store::Sql count_vectors{"SELECT count(*) FROM vector WHERE model = ?1"};

std::size_t count(store::Rows rows) {
    return rows.next() ? static_cast<std::size_t>(rows.integer(0)) : 0;
}

std::vector<std::int64_t> keys_of(store::Rows rows) {
    std::vector<std::int64_t> keys;
    while (rows.next()) {
        keys.push_back(rows.integer(0));
    }
    return keys;
}

void store_incoming(store::WriteTransaction& transaction, Mutation::Services const& services,
                    std::vector<StoredRecord> const& revisions,
                    std::vector<ModelVector> const& vectors) {
    Caller const nobody;
    Mutation mutation{transaction, nobody, services};
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        auto const key = revisions[i].record.revision_key;
        auto const& vector = vectors[i];
        if (!vector.is_sound) {
            continue;
        }
        auto const bytes = vector_bytes(vector.vector);
        transaction.execute(insert_vector_if_there, key, vector.model, bytes);
        transaction.account(bytes.size());
        if (transaction.execute(make_ready, key) > 0) {
            for (auto const& current : read_by_key(transaction, {key})) {
                mutation.embedded(current);
            }
        }
    }
    mutation.publish();
}

void requeue(Mutation& mutation, std::vector<std::int64_t> const& keys) {
    mutation.transaction().execute(mark_pending, number_list(keys));
    for (auto const& revision : read_by_key(mutation.transaction(), keys)) {
        mutation.restamped(revision);
    }
}

struct Removal {
    std::size_t removed = 0;
    std::int64_t reached = 0; ///< revision key
};

} // namespace

EmbeddingStatus embedding_status(store::ReadTransaction& transaction, Models::InUse const& models) {
    EmbeddingStatus status{.serving = models.serving->id,
                           .dimension = models.serving->dimension,
                           .is_at_hand = models.serving->embedder != nullptr,
                           .pending = count(transaction.query(count_pending))};
    if (models.incoming != nullptr) {
        status.incoming = models.incoming->id;
        status.embedded = count(transaction.query(count_vectors, models.incoming->number));
        status.revisions = count(transaction.query(count_revisions));
    }
    return status;
}

ModelChange::ModelChange(store::Database& database, Mutation::Services const& services,
                         OnSwap on_swap)
    : database_(database)
    , services_(services)
    , on_swap_(std::move(on_swap)) {}

Result<std::size_t> ModelChange::step(std::size_t limit) {
    std::scoped_lock const lock{mutex_};
    auto const* const incoming = services_.models.in_use().incoming;
    if (incoming == nullptr) {
        return remove_some(limit);
    }
    return incoming->embedder != nullptr ? embed_some(*incoming, limit)
                                         : Result<std::size_t>{std::size_t{0}};
}

Result<std::size_t> ModelChange::embed_some(UsedModel const& incoming, std::size_t limit) {
    using Revisions = std::vector<StoredRecord>;
    auto const revisions =
        database_.read<Revisions>([&](store::ReadTransaction& transaction) -> Result<Revisions> {
            return read_by_key(transaction,
                               keys_of(transaction.query(select_lacking, incoming.number,
                                                         embedded_until_, limit)));
        });
    if (!revisions) {
        return revisions.error();
    }
    if (revisions->empty()) {
        return swap(incoming);
    }
    std::vector<SearchedText> texts;
    for (auto const& revision : *revisions) {
        texts.push_back(searched_text(revision.record));
    }
    auto const vectors = embed_by(incoming, texts);
    if (!vectors) {
        return Error{ErrorKind::unavailable, "EMBEDDER_UNAVAILABLE",
                     "the incoming model cannot be used: " + vectors.error().message};
    }
    auto const stored = database_.write<store::Done>(
        [&](store::WriteTransaction& transaction) -> store::Outcome<store::Done> {
            store_incoming(transaction, services_, *revisions, *vectors);
            return store::Done{};
        });
    if (!stored) {
        return stored.error();
    }
    for (std::size_t i = 0; i < revisions->size(); ++i) {
        if (!(*vectors)[i].is_sound) {
            failed_.push_back((*revisions)[i].record.revision_key);
        }
    }
    embedded_until_ = revisions->back().record.revision_key;
    return revisions->size();
}

Result<std::size_t> ModelChange::swap(UsedModel const& incoming) {
    auto const swapped = database_.write<std::size_t>(
        [&](store::WriteTransaction& transaction) -> store::Outcome<std::size_t> {
            if (transaction.query(select_lacking, incoming.number, embedded_until_, 1).next()) {
                return std::size_t{1}; // written a moment ago: the walk goes on
            }
            transaction.execute(mark_failed, number_list(failed_), incoming.number);
            transaction.execute(serve_model, incoming.number);
            auto const change =
                transaction.record({.tenant = "", .user = "", .kind = "model", .action = "serve"});
            transaction.after_commit([this, change] { on_swap_(change); });
            return std::size_t{1};
        });
    return swapped;
}

Result<std::size_t> ModelChange::remove_some(std::size_t limit) {
    std::optional<std::int64_t> retired;
    auto const read = database_.read<store::Done>(
        [&](store::ReadTransaction& transaction) -> Result<store::Done> {
            auto rows = transaction.query(select_retired);
            retired = rows.next() ? std::optional{rows.integer(0)} : std::nullopt;
            return store::Done{};
        });
    if (!read) {
        return read.error();
    }
    if (!retired) {
        return std::size_t{0};
    }
    auto const removal = database_.write<Removal>(
        [&](store::WriteTransaction& transaction) -> store::Outcome<Removal> {
            auto const keys =
                keys_of(transaction.query(select_retired_vectors, *retired, removed_until_, limit));
            if (keys.empty()) {
                transaction.execute(mark_removed, *retired);
                return Removal{};
            }
            Caller const nobody;
            Mutation mutation{transaction, nobody, services_};
            auto const overlooked =
                keys_of(transaction.query(select_overlooked, number_list(keys), mutation.model()));
            if (!overlooked.empty()) {
                requeue(mutation, overlooked);
            }
            transaction.execute(delete_vectors, number_list(keys), *retired);
            mutation.publish();
            return Removal{keys.size(), keys.back()};
        });
    if (!removal) {
        return removal.error();
    }
    removed_until_ = removal->reached;
    return std::max<std::size_t>(removal->removed, 1);
}

ChangeSink sink_to(std::shared_ptr<index::Catalogue> const& catalogue,
                   std::shared_ptr<Models const> const& models) {
    return [catalogue, models](std::span<index::RowChanges> changes, std::int64_t model) {
        auto const is_swapped = model != models->in_use().serving->number;
        if (is_swapped) {
            for (auto& one : changes) {
                for (auto* rows : {&one.added, &one.restamped}) {
                    for (auto& row : *rows) {
                        row.vector.clear();
                    }
                }
            }
        }
        catalogue->apply(changes);
        if (is_swapped) {
            catalogue->drop_all();
        }
    };
}

} // namespace loci::memory
