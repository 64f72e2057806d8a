#pragma once
#include <loci/memory/memory.hpp>
#include <records/mutation.hpp>
#include <span>

namespace loci::memory {

/// Removes memories with everything that tells of them: revisions, stems, vectors, word entries,
/// statistics, links, stored answers, and the rows of a space or episode that held nothing else.
/// All of them or, when one is not there, none.
Result<Erased> erase(Mutation& mutation, std::span<MemoryId const> ids);

} // namespace loci::memory
