#pragma once
#include <cstdint>
#include <optional>
#include <records/digest.hpp>
#include <records/mutation.hpp>
#include <records/prepare.hpp>
#include <string_view>

namespace loci::memory {

/// A new memory with its first revision, vector and words. `stored` has every number already.
void insert_memory(Mutation& mutation, StoredRecord const& stored, Hash const& text_hash,
                   Indexed const& indexed);

/// Opens the next revision of a memory, ends the one before, and moves statistics from the one to
/// the other. `after` holds the new values; its key, number and times are set here.
/// `indexed`: absent when the searched texts are the same.
void open_revision(Mutation& mutation, StoredRecord const& before, StoredRecord& after,
                   std::optional<Indexed> const& indexed);

/// Writes stamps, importance, expiry and `updated_at`, which is moved to now.
void update_in_place(Mutation& mutation, StoredRecord& stored);

void insert_vector(Mutation& mutation, std::int64_t revision_key, ModelVector const& vector);

/// A link between two memories, which belongs to the user of `owner`; one that exists already
/// stays.
void insert_edge(Mutation& mutation, Record const& owner, MemoryId source, MemoryId target,
                 std::string_view relation);

} // namespace loci::memory
