#pragma once
#include "index/bitmap.hpp"
#include "index/owner_view.hpp"

#include <loci/base/error.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace loci::index {

/// Member name, and the JSON text of the value that it must have.
using WantedMembers = std::vector<std::pair<std::string, std::string>>;

/// Errors: `invalid` (a value that is not JSON).
std::optional<Error> check_metadata(WantedMembers const& wanted);

/// Takes rows out of `allowed` whose metadata lacks a wanted member. Values are equal as JSON:
/// 1 and 1.0 are, the order of members does not matter, that of elements does.
void keep_metadata(store::ReadTransaction& transaction, OwnerView const& view,
                   WantedMembers const& wanted, Bitmap& allowed);

} // namespace loci::index
