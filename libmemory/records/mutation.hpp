#pragma once
#include <cstdint>
#include <functional>
#include <index/catalogue.hpp>
#include <index/words.hpp>
#include <loci/base/scope.hpp>
#include <loci/store/transaction.hpp>
#include <map>
#include <records/stored.hpp>
#include <span>
#include <string>

namespace loci::memory {

/// Receives what a committed mutation did to rows, by owner. Must not throw.
using ChangeSink = std::function<void(std::span<index::RowChanges const>)>;

/// One mutation on an open transaction: its circumstances, and what it leaves for the change log
/// and the catalogue.
class Mutation {
public:
    /// What every mutation of one `Memory` shares.
    struct Services {
        IdSource& ids;
        std::int64_t model; ///< number of the serving model
        ChangeSink sink;
    };

    Mutation(store::WriteTransaction& transaction, Caller const& caller, Services const& services);

    store::WriteTransaction& transaction() noexcept { return transaction_; }

    Caller const& caller() const noexcept { return caller_; }

    IdSource& ids() noexcept { return services_.ids; }

    std::int64_t model() const noexcept { return services_.model; }

    Timestamp now() const { return transaction_.now(); }

    /// A new revision: change log and catalogue.
    void added(StoredRecord const& stored, std::vector<float> vector, std::string action);

    /// Stamps or in-place values of the current revision changed.
    void restamped(StoredRecord const& stored);

    /// The vector of a revision came later than the revision.
    void embedded(StoredRecord const& stored, std::vector<float> vector);

    void erased(StoredRecord const& stored, std::vector<std::int64_t> const& revision_keys);

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
    index::WordChanges words_;
    std::map<std::int64_t, index::RowChanges> changes_;
};

} // namespace loci::memory
