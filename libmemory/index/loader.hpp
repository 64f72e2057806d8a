#pragma once
#include "index/owner_view.hpp"
#include "index/segments.hpp"

#include <cstdint>
#include <loci/store/transaction.hpp>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace loci::index {

/// The rows of `owner` as the snapshot holds them, with the vectors of `model`; those that
/// `segments` has in a file come from there.
std::shared_ptr<Partition> load_partition(store::ReadTransaction& transaction, std::int64_t owner,
                                          std::string_view model, std::size_t dimension,
                                          Segments* segments = nullptr);

/// Every row that is not erased as text, by key: equal rows give equal text.
std::map<std::int64_t, std::string> describe(OwnerView const& view, std::size_t dimension);

} // namespace loci::index
