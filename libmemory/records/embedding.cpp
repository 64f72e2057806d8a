#include "records/embedding.hpp"

#include "records/rows.hpp"
#include "records/stored.hpp"
#include "records/text_list.hpp"

#include <algorithm>

namespace loci::memory {
namespace {

constexpr std::size_t texts_per_call = 64;
constexpr std::string_view harmless_text = "probe";

constexpr store::Sql select_pending{R"sql(
SELECT key FROM revision WHERE index_state = 'pending' ORDER BY key LIMIT ?1
)sql"};

constexpr store::Sql update_state{R"sql(
UPDATE revision SET index_state = ?2 WHERE key = ?1 AND index_state = 'pending'
)sql"};

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
                          std::vector<ModelVector> const& vectors) {
    Caller const nobody;
    Mutation mutation{transaction, nobody, services};
    std::size_t done = 0;
    for (std::size_t i = 0; i < pending.size(); ++i) {
        auto const key = pending[i].record.revision_key;
        auto const& vector = vectors[i];
        if (!mutation.models().holds(vector.model)) {
            break; // the models were swapped meanwhile
        }
        auto const state = vector.is_sound ? IndexState::ready : IndexState::failed;
        if (transaction.execute(update_state, key, to_string(state)) == 0) {
            continue;
        }
        ++done;
        if (vector.is_sound) {
            insert_vector(mutation, key, vector);
        }
        for (auto const& current : read_by_key(transaction, {key})) {
            mutation.embedded(current);
        }
    }
    mutation.publish();
    return done;
}

/// One text after the other, to learn which of them the model refuses.
Result<std::vector<ModelVector>> embed_singly(UsedModel const& model,
                                              std::span<std::string_view const> texts) {
    if (auto const probe =
            model.embedder->embed(std::span{&harmless_text, 1}, EmbeddingPurpose::passage);
        !probe) {
        return probe.error();
    }
    std::vector<ModelVector> vectors;
    for (auto const& text : texts) {
        auto found = model.embedder->embed(std::span{&text, 1}, EmbeddingPurpose::passage);
        if (!found && found.error().kind != ErrorKind::invalid) {
            return found.error();
        }
        vectors.push_back(model_vector(model, found && !found->empty()
                                                  ? std::optional{std::move(found->front())}
                                                  : std::nullopt));
    }
    return vectors;
}

} // namespace

Result<std::vector<ModelVector>> embed_by(UsedModel const& model,
                                          std::span<SearchedText const> texts) {
    auto const whole = embedded_texts(texts);
    std::vector<std::string_view> const views{whole.begin(), whole.end()};
    auto found = model.embedder->embed(views, EmbeddingPurpose::passage);
    if (!found) {
        return found.error().kind == ErrorKind::invalid
                   ? embed_singly(model, views)
                   : Result<std::vector<ModelVector>>{found.error()};
    }
    return model_vectors(model, std::move(*found), texts.size());
}

Result<std::size_t> embed_pending(store::Database& database, Mutation::Services const& services,
                                  std::size_t limit) {
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
        auto const& model = services.models.in_use().deciding();
        if (pending->empty() || model.embedder == nullptr) {
            break;
        }
        std::vector<SearchedText> texts;
        for (auto const& stored : *pending) {
            texts.push_back(searched_text(stored.record));
        }
        auto const vectors = embed_by(model, texts);
        if (!vectors) {
            return Error{ErrorKind::unavailable, "EMBEDDER_UNAVAILABLE",
                         "the embedding model cannot be used: " + vectors.error().message};
        }
        auto const stored = database.write<std::size_t>(
            [&](store::WriteTransaction& transaction) -> store::Outcome<std::size_t> {
                return store_vectors(transaction, services, *pending, *vectors);
            });
        if (!stored) {
            return stored.error();
        }
        done += *stored;
    }
    return done;
}

} // namespace loci::memory
