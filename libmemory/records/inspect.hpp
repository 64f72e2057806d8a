#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/store/transaction.hpp>
#include <records/models.hpp>
#include <string>
#include <vector>

namespace loci::memory {

/// Counts everything that is derived from rows again and compares: word statistics, totals of
/// spaces and episodes, word index, vectors, chains of revisions. One line a fault, without stored
/// text.
std::vector<std::string> inspect_records(store::ReadTransaction& transaction,
                                         Models::InUse const& models);

} // namespace loci::memory
