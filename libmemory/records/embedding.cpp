#include "records/embedding.hpp"

#include "records/prepare.hpp"
#include "records/rows.hpp"
#include "records/stored.hpp"
#include "records/text_list.hpp"

#include <algorithm>

namespace loci::memory {
namespace {

constexpr std::size_t rows_per_step = 500;
constexpr std::size_t texts_per_call = 64;

constexpr store::Sql select_model{"SELECT number, dimension, state FROM model WHERE id = ?1"};

constexpr store::Sql insert_model{R"sql(
INSERT INTO model (number, id, dimension, state) VALUES (?1, ?2, ?3, 'incoming')
)sql"};

constexpr store::Sql serve_model{R"sql(
UPDATE model SET state = CASE WHEN number = ?1 THEN 'serving' ELSE 'retired' END
)sql"};

constexpr store::Sql select_unserved{R"sql(
SELECT key FROM revision
WHERE key > ?2 AND index_state <> 'pending'
    AND (index_state = 'failed'
        OR NOT EXISTS (SELECT 1 FROM vector WHERE revision = key AND model = ?1))
ORDER BY key LIMIT ?3
)sql"};

constexpr store::Sql mark_pending{R"sql(
UPDATE revision SET index_state = 'pending' WHERE key IN (SELECT value FROM json_each(?1))
)sql"};

constexpr store::Sql delete_foreign_vectors{R"sql(
DELETE FROM vector
WHERE model <> ?1 AND revision IN (SELECT revision FROM vector WHERE model <> ?1 LIMIT ?2)
)sql"};

constexpr store::Sql select_pending{R"sql(
SELECT key FROM revision WHERE index_state = 'pending' ORDER BY key LIMIT ?1
)sql"};

constexpr store::Sql update_state{R"sql(
UPDATE revision SET index_state = ?2 WHERE key = ?1 AND index_state = 'pending'
)sql"};

struct Model {
    std::int64_t number = 0;
    bool is_serving = false;
};

/// Nullopt: the model is new.
Result<std::optional<Model>> find_model(store::ReadTransaction& transaction,
                                        Embedder const& embedder) {
    auto rows = transaction.query(select_model, embedder.model_id());
    if (!rows.next()) {
        return std::optional<Model>{};
    }
    if (rows.integer(1) != static_cast<std::int64_t>(embedder.dimension())) {
        return Error{ErrorKind::conflict, "MODEL_CHANGED",
                     "the model has another dimension than its stored vectors"};
    }
    return std::optional{Model{rows.integer(0), rows.text(2) == "serving"}};
}

Model insert_incoming(store::WriteTransaction& transaction, Embedder const& embedder) {
    auto const number = transaction.next("model");
    transaction.execute(insert_model, number, embedder.model_id(), embedder.dimension());
    return {number, false};
}

struct Step {
    std::int64_t reached = 0; ///< revision key
    bool is_last = false;
};

/// One step of the change of model. The last one makes the model serve; a change that was cut off
/// begins again.
Step change_model(store::WriteTransaction& transaction, std::int64_t model, std::int64_t after) {
    std::vector<std::int64_t> keys;
    {
        auto rows = transaction.query(select_unserved, model, after, rows_per_step);
        while (rows.next()) {
            keys.push_back(rows.integer(0));
        }
    }
    auto const deleted = transaction.execute(delete_foreign_vectors, model, rows_per_step);
    if (!keys.empty()) {
        transaction.execute(mark_pending, number_list(keys));
        return {keys.back(), false};
    }
    if (deleted == 0) {
        transaction.execute(serve_model, model);
    }
    return {after, deleted == 0};
}

std::vector<StoredRecord> read_pending(store::ReadTransaction& transaction, std::size_t limit) {
    std::vector<std::int64_t> keys;
    {
        auto rows = transaction.query(select_pending, limit);
        while (rows.next()) {
            keys.push_back(rows.integer(0));
        }
    }
    return read_by_key(transaction, keys);
}

std::size_t store_vectors(store::WriteTransaction& transaction, Mutation::Services const& services,
                          std::vector<StoredRecord> const& pending,
                          std::vector<Indexed> const& indexed) {
    Caller const nobody;
    Mutation mutation{transaction, nobody, services};
    std::size_t done = 0;
    for (std::size_t i = 0; i < pending.size(); ++i) {
        auto const key = pending[i].record.revision_key;
        if (transaction.execute(update_state, key, to_string(indexed[i].state)) == 0) {
            continue;
        }
        ++done;
        if (indexed[i].state == IndexState::ready) {
            insert_vector(mutation, key, indexed[i].vector);
        }
        for (auto const& current : read_by_key(transaction, {key})) {
            mutation.embedded(current, indexed[i].vector);
        }
    }
    mutation.publish();
    return done;
}

} // namespace

Result<std::int64_t> ensure_model(store::Database& database, Embedder const& embedder) {
    auto const known = database.read<std::optional<Model>>(
        [&](store::ReadTransaction& transaction) { return find_model(transaction, embedder); });
    if (!known) {
        return known.error();
    }
    auto const model =
        *known ? Result<Model>{**known}
               : database.write<Model>(
                     [&](store::WriteTransaction& transaction) -> store::Outcome<Model> {
                         return insert_incoming(transaction, embedder);
                     });
    if (!model) {
        return model.error();
    }
    Step step{0, model->is_serving};
    while (!step.is_last) {
        auto const taken =
            database.write<Step>([&, after = step.reached](
                                     store::WriteTransaction& transaction) -> store::Outcome<Step> {
                return change_model(transaction, model->number, after);
            });
        if (!taken) {
            return taken.error();
        }
        step = *taken;
    }
    return model->number;
}

Result<std::size_t> embed_pending(store::Database& database, Embedder& embedder,
                                  Mutation::Services const& services, std::size_t limit) {
    std::size_t done = 0;
    while (done < limit) {
        auto const wanted = std::min(limit - done, texts_per_call);
        auto const pending = database.read<std::vector<StoredRecord>>(
            [&](store::ReadTransaction& transaction) -> Result<std::vector<StoredRecord>> {
                return read_pending(transaction, wanted);
            });
        if (!pending) {
            return pending.error();
        }
        if (pending->empty()) {
            break;
        }
        std::vector<SearchedText> texts;
        for (auto const& stored : *pending) {
            texts.push_back(searched_text(stored.record));
        }
        std::vector<Indexed> indexed(texts.size());
        embed_all(embedder, texts, indexed);
        if (indexed.front().state == IndexState::pending) {
            return Error{ErrorKind::unavailable, "EMBEDDER_UNAVAILABLE",
                         "the embedding model cannot be reached"};
        }
        auto const stored = database.write<std::size_t>(
            [&](store::WriteTransaction& transaction) -> store::Outcome<std::size_t> {
                return store_vectors(transaction, services, *pending, indexed);
            });
        if (!stored) {
            return stored.error();
        }
        done += *stored;
    }
    return done;
}

} // namespace loci::memory
