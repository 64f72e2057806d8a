#pragma once
#include "index/bitmap.hpp"
#include "index/entry_filter.hpp"
#include "index/partition.hpp"

namespace loci::index {

/// The rows that `filter` admits, tested column by column.
Bitmap admitted_rows(EntryFilter const& filter, PartitionState const& state);

} // namespace loci::index
