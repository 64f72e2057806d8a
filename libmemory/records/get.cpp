#include "records/get.hpp"

#include "records/lifecycle.hpp"
#include "records/stored.hpp"

#include <algorithm>

namespace loci::memory {
namespace {

constexpr store::Sql select_as_of{R"sql(
SELECT * FROM record
WHERE id = ?1 AND tenant = ?2 AND (user = ?3 OR substr(space, 1, 5) = 'team:')
    AND CASE WHEN revision = 1 THEN created_at ELSE recorded_at END <= ?4
    AND (ended_at IS NULL OR ended_at > ?4)
    AND (forgotten_at IS NULL OR forgotten_at > ?4)
)sql"};

} // namespace

Result<Record> get(store::ReadTransaction& transaction, Caller const& caller, MemoryId id,
                   std::optional<Timestamp> as_of) {
    if (!as_of) {
        auto stored = find_readable(transaction, caller, id);
        return stored ? Result<Record>{std::move(stored->record)} : memory_not_found();
    }
    auto rows = transaction.query(select_as_of, id.value, caller.tenant, caller.user, *as_of);
    if (!rows.next()) {
        return memory_not_found();
    }
    return as_it_was(read_stored(rows).record, *as_of);
}

Record as_it_was(Record record, Timestamp at) {
    auto latest = record.revision == 1 ? record.created_at : record.recorded_at;
    auto const keep = [&](std::optional<Timestamp>& stamp) {
        if (stamp && *stamp > at) {
            stamp.reset();
        } else if (stamp) {
            latest = std::max(latest, *stamp);
        }
    };
    keep(record.superseded_at);
    keep(record.expired_at);
    keep(record.contested_at);
    keep(record.forgotten_at);
    keep(record.last_validated_at);
    if (!record.superseded_at) {
        record.superseded_by.reset();
    }
    if (record.updated_at > at) {
        record.updated_at = latest;
    }
    return record;
}

} // namespace loci::memory
