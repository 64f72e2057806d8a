#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/memory/memory.hpp>
#include <optional>
#include <records/prepare.hpp>
#include <records/stored.hpp>
#include <span>
#include <vector>

namespace loci::memory {

/// What will be done with one item of a write.
struct Decision {
    std::optional<Error> fault;
    std::optional<StoredRecord> existing; ///< a duplicate of this memory
    std::optional<std::size_t> same_as;   ///< a duplicate of this earlier item
    std::optional<MemoryId> supersedes{}; ///< a near duplicate that says less
    std::vector<NearDuplicate> near{};

    bool stores() const noexcept { return !fault && !existing && !same_as; }
};

/// Decides about every item before a row is written, by reading alone: so a call that stands and
/// falls together needs nothing undone. Earlier items count as stored.
std::vector<Decision> plan_write(store::ReadTransaction& transaction, Timestamp now,
                                 Caller const& caller, std::span<PreparedItem const> items,
                                 WriteOptions options);

/// The memory that the default view shows with this text and these coordinates.
std::optional<StoredRecord> find_duplicate(store::ReadTransaction& transaction, Timestamp now,
                                           Caller const& caller, PreparedItem const& item);

/// Whether the chain of successors that starts at `start` comes to `goal`.
bool leads_to(store::ReadTransaction& transaction, Caller const& caller, MemoryId start,
              MemoryId goal);

} // namespace loci::memory
