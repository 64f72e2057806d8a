#include "records/mutation.hpp"

#include <memory>
#include <vector>

namespace loci::memory {

Mutation::Mutation(store::WriteTransaction& transaction, Caller const& caller,
                   Services const& services)
    : transaction_(transaction)
    , caller_(caller)
    , services_(services)
    , models_(services.models.in_use()) {}

void Mutation::added(StoredRecord const& stored, std::vector<float> vector, std::string action) {
    log(stored, std::move(action), stored.record.revision_key);
    changes_of(stored.owner).added.push_back(catalogue_row(stored, std::move(vector)));
}

void Mutation::restamped(StoredRecord const& stored) {
    log(stored, "stamp", std::nullopt);
    auto vector = read_vector(transaction_, stored.record.revision_key, model());
    changes_of(stored.owner).restamped.push_back(catalogue_row(stored, std::move(vector)));
}

void Mutation::embedded(StoredRecord const& stored) {
    log(stored, "embed", stored.record.revision_key);
    auto vector = read_vector(transaction_, stored.record.revision_key, model());
    changes_of(stored.owner).restamped.push_back(catalogue_row(stored, std::move(vector)));
}

void Mutation::erased(StoredRecord const& stored, std::vector<std::int64_t> const& revision_keys) {
    log(stored, "erase", std::nullopt);
    auto& keys = changes_of(stored.owner).erased;
    keys.insert(keys.end(), revision_keys.begin(), revision_keys.end());
}

void Mutation::publish() {
    words_.flush(transaction_);
    if (changes_.empty()) {
        return;
    }
    auto const changes = std::make_shared<std::vector<index::RowChanges>>();
    changes->reserve(changes_.size());
    for (auto& [owner, rows] : changes_) {
        changes->push_back(std::move(rows));
    }
    changes_.clear();
    transaction_.after_commit(
        [changes, sink = services_.sink, number = model()] { sink(*changes, number); });
}

index::RowChanges& Mutation::changes_of(std::int64_t owner) {
    auto& changes = changes_[owner];
    changes.owner = owner;
    return changes;
}

void Mutation::log(StoredRecord const& stored, std::string action,
                   std::optional<std::int64_t> revision) {
    auto const& record = stored.record;
    auto const number =
        transaction_.record({.tenant = record.tenant,
                             .user = is_team_space(*record.scope.space) ? "" : record.user,
                             .kind = "memory",
                             .action = std::move(action),
                             .id = record.id.value,
                             .revision = revision});
    changes_of(stored.owner).change = number;
}

} // namespace loci::memory
