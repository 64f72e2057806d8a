#include "records/models.hpp"

#include <algorithm>
#include <loci/memory/memory.hpp>
#include <utility>
#include <vector>

// model.state: 'serving' (one row), 'incoming' (at most one), 'retired' (vectors are being
// removed), 'removed' (none are left; the row stays, for its number and dimension).

namespace loci::memory {
namespace {

constexpr store::Sql select_models{"SELECT number, id, dimension, state FROM model"};

constexpr store::Sql select_any_revision{"SELECT 1 FROM revision LIMIT 1"};

constexpr store::Sql insert_model{R"sql(
INSERT INTO model (number, id, dimension, state) VALUES (?1, ?2, ?3, ?4)
)sql"};

constexpr store::Sql update_state{"UPDATE model SET state = ?2 WHERE number = ?1"};

constexpr store::Sql retire_incoming{R"sql(
UPDATE model SET state = 'retired' WHERE state = 'incoming' AND number <> ?1
)sql"};

constexpr store::Sql retire_others{R"sql(
UPDATE model SET state = 'retired' WHERE state <> 'removed' AND number <> ?1
)sql"};

struct ModelRow {
    std::int64_t number = 0;
    std::string id;
    std::size_t dimension = 0;
    std::string state;
};

struct Stored {
    std::vector<ModelRow> rows;
    bool has_revisions = false;

    ModelRow const* find(auto const& matches) const {
        auto const found = std::find_if(rows.begin(), rows.end(), matches);
        return found == rows.end() ? nullptr : &*found;
    }

    ModelRow const* serving() const {
        return find([](ModelRow const& row) { return row.state == "serving"; });
    }

    ModelRow const* of(Embedder const& embedder) const {
        return find([&](ModelRow const& row) { return row.id == embedder.model_id(); });
    }

    bool has_other_incoming(ModelRow const* wished) const {
        return find([&](ModelRow const& row) {
                   return row.state == "incoming" && &row != wished;
               }) != nullptr;
    }
};

Stored read_models(store::ReadTransaction& transaction) {
    Stored stored;
    auto rows = transaction.query(select_models);
    while (rows.next()) {
        stored.rows.push_back({rows.integer(0), std::string{rows.text(1)},
                               static_cast<std::size_t>(rows.integer(2)),
                               std::string{rows.text(3)}});
    }
    stored.has_revisions = transaction.query(select_any_revision).next();
    return stored;
}

UsedModel used_model(ModelRow const& row, Embedder& wished, std::span<Embedder* const> others) {
    UsedModel used{row.number, row.id, row.dimension, nullptr};
    auto const fits = [&](Embedder const* embedder) {
        return embedder->model_id() == row.id && embedder->dimension() == row.dimension;
    };
    if (fits(&wished)) {
        used.embedder = &wished;
    } else if (auto const found = std::find_if(others.begin(), others.end(), fits);
               found != others.end()) {
        used.embedder = *found;
    }
    return used;
}

/// What the rows ought to say, given the wish; nullopt: they do already.
std::optional<std::string> wanted_state(Stored const& stored, Embedder const& wished) {
    auto const* const serving = stored.serving();
    auto const* const known = stored.of(wished);
    auto const serves_at_once = serving == nullptr || serving == known || !stored.has_revisions;
    auto const* const wanted = serves_at_once ? "serving" : "incoming";
    if (known != nullptr && known->state == wanted && !stored.has_other_incoming(known)) {
        return std::nullopt;
    }
    return wanted;
}

void write_models(store::WriteTransaction& transaction, Embedder const& wished) {
    auto const stored = read_models(transaction);
    auto const wanted = wanted_state(stored, wished);
    if (!wanted) {
        return;
    }
    auto const* const known = stored.of(wished);
    auto const number = known != nullptr ? known->number : transaction.next("model");
    if (known != nullptr) {
        transaction.execute(update_state, number, *wanted);
    } else {
        transaction.execute(insert_model, number, wished.model_id(), wished.dimension(), *wanted);
    }
    if (*wanted == "serving") {
        transaction.execute(retire_others, number);
    } else {
        transaction.execute(retire_incoming, number);
    }
}

Result<Stored> read_models(store::Database& database) {
    return database.read<Stored>([](store::ReadTransaction& transaction) -> Result<Stored> {
        return read_models(transaction);
    });
}

} // namespace

/// Delegates to the embedder of the moment.
class Models::Serving final : public Embedder {
public:
    explicit Serving(Models const& models)
        : models_(models) {}

    std::string const& model_id() const override { return models_.in_use().serving->id; }

    std::size_t dimension() const override { return models_.in_use().serving->dimension; }

    Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const> texts,
                                                  EmbeddingPurpose purpose) override {
        auto* const embedder = models_.in_use().serving->embedder;
        return embedder != nullptr ? embedder->embed(texts, purpose) : not_at_hand();
    }

    Result<std::vector<float>> embed_question(std::string_view text,
                                              WordWeights const& weights) override {
        if (auto* const embedder = models_.in_use().serving->embedder) {
            return embedder->embed_question(text, weights);
        }
        return not_at_hand();
    }

    double similarity(double cosine) const override {
        auto const* const embedder = models_.in_use().serving->embedder;
        return embedder != nullptr ? embedder->similarity(cosine) : Embedder::similarity(cosine);
    }

private:
    static Error not_at_hand() {
        return {ErrorKind::unavailable, "MODEL_NOT_AT_HAND",
                "the model that made the vectors is not at hand; another one is on its way in"};
    }

    Models const& models_;
};

Models::Models(UsedModel serving, std::optional<UsedModel> incoming)
    : first_(std::move(serving))
    , second_(std::move(incoming))
    , for_questions_(std::make_unique<Serving>(*this)) {}

Models::~Models() = default;

Models::InUse Models::in_use() const noexcept {
    auto const* const second = second_ ? &*second_ : nullptr;
    return is_swapped_.load() ? InUse{second, nullptr} : InUse{&first_, second};
}

void Models::swap() noexcept {
    is_swapped_ = second_.has_value();
}

Result<std::unique_ptr<Models>> open_models(store::Database& database, Embedder& wished,
                                            std::span<Embedder* const> others) {
    auto stored = read_models(database);
    if (!stored) {
        return stored.error();
    }
    auto const* const known = stored->of(wished);
    if (known != nullptr && known->dimension != wished.dimension()) {
        return Error{ErrorKind::conflict, "MODEL_CHANGED",
                     "the model has another dimension than its stored vectors"};
    }
    if (wanted_state(*stored, wished)) {
        auto const written = database.write<store::Done>(
            [&](store::WriteTransaction& transaction) -> store::Outcome<store::Done> {
                write_models(transaction, wished);
                return store::Done{};
            });
        if (!written && written.error().reason != "READ_ONLY") {
            return written.error();
        }
        stored = read_models(database);
        if (!stored) {
            return stored.error();
        }
    }
    auto const* const serving = stored->serving();
    if (serving == nullptr) { // nothing is stored and nothing may be
        return std::make_unique<Models>(
            UsedModel{0, wished.model_id(), wished.dimension(), &wished}, std::nullopt);
    }
    auto const* const incoming =
        stored->find([](ModelRow const& row) { return row.state == "incoming"; });
    return std::make_unique<Models>(
        used_model(*serving, wished, others),
        incoming != nullptr ? std::optional{used_model(*incoming, wished, others)} : std::nullopt);
}

Result<std::vector<StoredModel>> Memory::stored_models(store::Database& database) {
    auto const stored = read_models(database);
    if (!stored) {
        return stored.error();
    }
    std::vector<StoredModel> models;
    for (auto const& row : stored->rows) {
        models.push_back({row.id, row.dimension, row.state == "serving"});
    }
    return models;
}

} // namespace loci::memory
