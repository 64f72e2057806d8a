#pragma once
#include "index/bitmap.hpp"
#include "index/owner_view.hpp"

#include <cstdint>
#include <loci/base/error.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/filter.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <vector>

/// The one place that decides which rows a read may show. Recall, lists, counts and spaces all ask
/// here.
namespace loci::index {

/// The rows of one owner, and those of them that a filter lets through.
struct Part {
    std::int64_t owner = 0;
    OwnerView view;
    Bitmap allowed{0};
};

/// What is wrong with the filter itself (numbers that are none, metadata that is not JSON).
std::optional<Error> check(memory::Filter const& filter);

/// The owners whose rows a read in these spaces may find, with everything they have (`allowed` is
/// empty): the user's own, then that of the tenant's `team:` spaces. One that the spaces exclude,
/// or that has no rows, is left out.
std::vector<Part> asked_owners(store::ReadTransaction& transaction, Catalogue& catalogue,
                               Caller const& caller, CoordinateFilter const& space);

/// What `caller` may see through `filter`, as of the snapshot.
std::vector<Part> allowed_parts(store::ReadTransaction& transaction, Catalogue& catalogue,
                                Caller const& caller, memory::Filter const& filter);

/// The spaces that a read is restricted to; absent: all.
std::optional<std::vector<std::string>> spaces_of(CoordinateFilter const& filter);

} // namespace loci::index
