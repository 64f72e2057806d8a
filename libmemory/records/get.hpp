#pragma once
#include <loci/base/result.hpp>
#include <loci/memory/record.hpp>
#include <loci/store/transaction.hpp>
#include <optional>

namespace loci::memory {

/// A memory by id, as it is or as it was at `as_of`: revision 1 counts from `created_at`, because
/// an import may be younger than what it tells, later ones from `recorded_at`; stamps later than
/// `as_of` are left out. Errors: `not_found`.
Result<Record> get(store::ReadTransaction& transaction, Caller const& caller, MemoryId id,
                   std::optional<Timestamp> as_of);

/// The record without the stamps that came after `at`.
Record as_it_was(Record record, Timestamp at);

} // namespace loci::memory
