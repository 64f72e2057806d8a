#pragma once
#include <cstdint>
#include <loci/memory/memory.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <string>
#include <vector>

namespace loci::memory {

/// The snapshot of an export is a revision key: keys are given out in commit order, so rows up to
/// it are those that existed then, and `next_key` tells which of them were current.
/// A snapshot that does not exist yet counts as now.
ExportSnapshot begin_export(store::ReadTransaction& transaction, Caller const& caller,
                            std::vector<std::string> const& spaces,
                            std::optional<std::int64_t> snapshot);

std::vector<Record> export_page(store::ReadTransaction& transaction, Caller const& caller,
                                std::vector<std::string> const& spaces, std::int64_t snapshot,
                                std::int64_t after, std::size_t limit);

} // namespace loci::memory
