#pragma once
#include "index/background.hpp"
#include "index/partition.hpp"

#include <cstdint>
#include <filesystem>
#include <loci/base/ids.hpp>
#include <loci/store/database.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace loci::index {

/// Seals the vectors of large partitions in the background, and keeps what was sealed in files.
/// Small partitions cost nothing here.
///
/// Threads: every function from any thread.
class Segments {
public:
    explicit Segments(SegmentOptions options);
    Segments(Segments const&) = delete;
    Segments& operator=(Segments const&) = delete;
    ~Segments() = default;

    SegmentLimits const& limits() const noexcept { return options_.limits; }

    /// To be called for each partition when its rows are loaded, and before vectors are added:
    /// takes those that a file holds.
    void load(store::ReadTransaction& transaction, std::int64_t owner, std::string_view model,
              Partition& partition);

    /// To be called when vectors came or went. Returns at once.
    void look_after(std::shared_ptr<Partition> const& partition);

    /// Returns when everything is sealed and saved.
    void run_all() { background_.run_all(); }

    /// From now on vectors of this model are saved, and files of others are removed.
    void keep_only(std::string_view model);

    /// Removes what is not in the database any more from the files.
    /// Errors: those of `Database::read`, `unavailable`.
    Result<store::Done> scrub(store::Database& database);

private:
    Uuid database_id(store::ReadTransaction& transaction);
    bool step(std::weak_ptr<Partition> const& looked_after, std::stop_token const& stop);
    void save_if_due(Partition& partition, bool is_busy);
    bool save(Partition& partition, std::filesystem::path const& path) const;
    void remove_others();
    std::string model();
    std::filesystem::path path_of(SegmentIdentity const& identity) const;

    SegmentOptions options_;
    std::shared_mutex files_; // exclusively: to change files in place
    std::mutex mutex_;
    std::optional<Uuid> database_id_; // guarded by `mutex_` …
    std::string model_;               // … as this
    Background background_;           // ends first
};

} // namespace loci::index
