#pragma once
#include <cstdint>
#include <optional>
#include <records/mutation.hpp>
#include <string_view>

namespace loci::memory {

/// The owner of what a user writes into a space; nullopt: nothing was written there yet.
std::optional<std::int64_t> find_owner(store::ReadTransaction& transaction, Caller const& caller,
                                       std::string_view space);

/// The numbers of the owners whose rows a caller may see: one, two or none.
std::vector<std::int64_t> visible_owners(store::ReadTransaction& transaction, Caller const& caller);

/// Makes the rows that a write's coordinates need: owner, space, episode, and the registry rows of
/// agent, session and project. All in the write's own transaction, once a mutation.
Place ensure_place(Mutation& mutation, WriteScope const& scope);

} // namespace loci::memory
