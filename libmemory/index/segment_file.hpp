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

/// Whether the path is one of `segment_path`, or what a save that ended half-way has left of it.
bool is_segment_path(std::filesystem::path const& path);

/// Whether it is a `segment_path` of this model.
bool is_segment_path_of(std::filesystem::path const& path, std::string_view model);

/// A revision that has a vector, as files name it. Times of commits never repeat: when a database
/// was set back and gives a key out again, the time is another one.
struct SegmentRow {
    std::int64_t key = 0;
    std::int64_t recorded_at = 0;
    auto operator<=>(SegmentRow const&) const = default;
};

/// Replaces the file by what `vectors` holds below position `end`; `row_at` gives the revision at a
/// position, keys ascending. A crash leaves the old file or the new one. Errors: `unavailable`.
Result<store::Done> save_segment(std::filesystem::path const& path, SegmentIdentity const& identity,
                                 SegmentedIndex const& vectors, std::size_t end,
                                 std::function<SegmentRow(std::uint32_t)> const& row_at);

/// The rows that there are now, for `load_segment`.
struct SegmentRows {
    struct Place {
        std::uint32_t position = 0;
        std::int64_t recorded_at = 0;
    };

    /// Asked about ascending keys; positions ascend with them.
    std::function<std::optional<Place>(std::int64_t key)> find;
    /// Whether the row's vector has this code. Asked about some, the newest ones among them.
    std::function<bool(std::int64_t key, std::span<Half const> code)> has_code;
};

/// Puts the file's vectors of known rows into `vectors`, which is empty. False: there is no such
/// file; or it is damaged, another's, or `rows` contradict it, and it is removed then. `vectors`
/// must not be used then.
bool load_segment(std::filesystem::path const& path, SegmentIdentity const& identity,
                  SegmentedIndex& vectors, SegmentRows const& rows);

/// Writes zeros over the codes of the keys that `which_live` denies, given all of them ascending;
/// removes a file that is damaged, unfinished or largely dead. Not while the file is saved.
/// Errors: `unavailable`.
Result<store::Done> scrub_segment(
    std::filesystem::path const& path,
    std::function<std::vector<bool>(std::span<std::int64_t const> keys)> const& which_live);

} // namespace loci::index
