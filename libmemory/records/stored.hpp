#pragma once
#include <cstdint>
#include <index/catalogue.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/record.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <records/digest.hpp>
#include <span>
#include <string>
#include <vector>

namespace loci::memory {

/// A record with the numbers that join the tables.
struct StoredRecord {
    Record record;
    std::int64_t number = 0; ///< of the memory
    std::int64_t owner = 0;
    std::optional<std::int64_t> episode;
    std::uint32_t words = 0; ///< number of stems
};

/// Reads the row that `rows` stands on. The statement must be `SELECT * FROM record …`.
StoredRecord read_stored(store::Rows const& rows);

/// What the word index knows of a revision.
struct StoredWords {
    std::string stems; ///< `text::join_stems`
    Hash text_hash{};
};

StoredWords read_words(store::ReadTransaction& transaction, std::int64_t revision_key);

/// The vector under `model`; empty: none.
std::vector<float> read_vector(store::ReadTransaction& transaction, std::int64_t revision_key,
                               std::int64_t model);

/// A vector's bytes as stored, and back.
std::span<std::byte const> vector_bytes(std::vector<float> const& vector) noexcept;
std::vector<float> vector_from(std::span<std::byte const> bytes);

/// Records by revision key, in the order asked for; keys that are not in the snapshot are left out.
std::vector<StoredRecord> read_by_key(store::ReadTransaction& transaction,
                                      std::vector<std::int64_t> const& revision_keys);

/// The current revision of a memory that `caller` may see (forgotten ones too).
std::optional<StoredRecord> find_visible(store::ReadTransaction& transaction, Caller const& caller,
                                         MemoryId id);

/// `find_visible` without forgotten memories.
std::optional<StoredRecord> find_readable(store::ReadTransaction& transaction, Caller const& caller,
                                          MemoryId id);

/// What recall keeps of it.
index::Row catalogue_row(StoredRecord const& stored, std::vector<float> vector);

/// Whether all users of a tenant share what is written there.
bool is_team_space(std::string_view space) noexcept;

} // namespace loci::memory
