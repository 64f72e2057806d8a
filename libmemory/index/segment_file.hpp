#pragma once
#include "index/segmented_index.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <loci/base/ids.hpp>
#include <loci/base/result.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The vectors of one owner under one model on disk, with their graph: a copy that spares reading
/// rows and linking them again. It may be deleted at any time.
namespace loci::index {

/// Whose vectors a file holds.
struct SegmentIdentity {
    Uuid database;
    std::string model;
    std::int64_t owner = 0;
    std::size_t dimension = 0;
    bool operator==(SegmentIdentity const&) const = default;
};

/// Below `directory`; the same for all that differs only by database or dimension.
std::filesystem::path segment_path(std::filesystem::path const& directory, std::string_view model,
                                   std::int64_t owner);

/// Replaces the file by what `vectors` holds below position `end`; `key_at` gives the revision key
/// at a position, ascending. A crash leaves the old file or the new one. Errors: `unavailable`.
Result<store::Done> save_segment(std::filesystem::path const& path, SegmentIdentity const& identity,
                                 SegmentedIndex const& vectors, std::size_t end,
                                 std::function<std::int64_t(std::uint32_t)> const& key_at);

/// Puts the vectors of the file that `position_of` knows a position for into `vectors`, which is
/// empty; positions ascend with keys. False: there is no such file, or it is damaged or another's
/// (it is removed then), or `is_right(position)` refuses one of some that are asked about.
/// `vectors` must not be used then.
bool load_segment(
    std::filesystem::path const& path, SegmentIdentity const& identity, SegmentedIndex& vectors,
    std::function<std::optional<std::uint32_t>(std::int64_t)> const& position_of,
    std::function<bool(std::int64_t key, std::span<Half const> code)> const& is_right);

/// Writes zeros over the codes of keys that `is_live` denies; removes a file that is damaged or
/// largely dead. Not while the file is saved. Errors: `unavailable`.
Result<store::Done> scrub_segment(std::filesystem::path const& path,
                                  std::function<bool(std::int64_t key)> const& is_live);

} // namespace loci::index
