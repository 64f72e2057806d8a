#pragma once
#include <cstdint>
#include <functional>
#include <index/catalogue.hpp>
#include <index/words.hpp>
#include <loci/base/scope.hpp>
#include <loci/store/transaction.hpp>
#include <map>
#include <optional>
#include <records/models.hpp>
#include <records/stored.hpp>
#include <span>
#include <string>

namespace loci::memory {

/// Receives what a committed mutation did to rows, by owner, with the number of the model whose
/// vectors they carry. Must not throw.
using ChangeSink = std::function<void(std::span<index::RowChanges>, std::int64_t model)>;

/// The rows that a write's coordinates stand for.
struct Place {
    std::int64_t owner = 0;
    std::optional<std::int64_t> episode;
};

/// One mutation on an open transaction: its circumstances, and what it leaves for the change log
/// and the catalogue.
class Mutation {
public:
    /// What every mutation of one `Memory` shares.
    struct Services {
        IdSource& ids;
        Models const& models;
        ChangeSink sink;
    };

    Mutation(store::WriteTransaction& transaction, Caller const& caller, Services const& services);

    store::WriteTransaction& transaction() noexcept { return transaction_; }

    Caller const& caller() const noexcept { return caller_; }

    IdSource& ids() noexcept { return services_.ids; }

    Models::InUse const& models() const noexcept { return models_; }

    /// Number of the serving model.
    std::int64_t model() const noexcept { return models_.serving->number; }

    Timestamp now() const { return transaction_.now(); }

    /// A new revision: change log and catalogue.
    void added(StoredRecord const& stored, std::vector<float> vector, std::string action);

    /// Stamps or in-place values of the current revision changed.
    void restamped(StoredRecord const& stored);

    /// The vector of a revision came later than the revision.
    void embedded(StoredRecord const& stored);

    void erased(StoredRecord const& stored, std::vector<std::int64_t> const& revision_keys);

    /// Where the rows of a scope belong, once their place has been made ready.
    std::map<WriteScope, Place>& places() noexcept { return places_; }

    /// What the revisions written mean for the word index.
    index::WordChanges& words() noexcept { return words_; }

    /// Ends the mutation: writes the sums of `words`, and hands the row changes over once the
    /// commit is durable.
    void publish();

private:
    index::RowChanges& changes_of(std::int64_t owner);
    void log(StoredRecord const& stored, std::string action, std::optional<std::int64_t> revision);

    store::WriteTransaction& transaction_;
    Caller const& caller_;
    Services const& services_;
    Models::InUse const models_; ///< as they are when the mutation begins
    std::map<WriteScope, Place> places_;
    index::WordChanges words_;
    std::map<std::int64_t, index::RowChanges> changes_;
};

} // namespace loci::memory
