#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <loci/base/environment.hpp>
#include <loci/base/result.hpp>
#include <loci/store/transaction.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace loci::store {

class Engine;

/// One forward step of a component's schema.
struct Migration {
    int number;     ///< dense, from 1
    Sql statements; ///< one or more, separated by `;`
};

/// A part of the program that owns tables: `store`, `memory`, `runtime`.
struct Component {
    std::string name;
    std::span<Migration const> migrations; ///< must outlive the database
};

struct Options {
    std::filesystem::path directory;
    std::vector<Component> components{}; ///< besides the store's own
    bool read_only = false;              ///< takes no lock, migrates nothing; only `read` works
    bool create = true;                  ///< make the directory and the file when absent
    std::size_t readers = 4;             ///< connections in the read pool
    std::size_t queue_limit = 4096;      ///< closures that may wait; beyond it `unavailable`
    std::size_t group_closures = 64;     ///< a group closes at this many closures …
    std::size_t group_bytes =
        4u * 1024 * 1024; ///< … or at this many accounted bytes, or when none waits
    std::optional<std::int64_t>
        maximum_bytes{}; ///< size limit of the database file; absent: the disk's
    std::chrono::seconds soft_fact_delay{30};  ///< the longest that a soft fact waits for a commit
    std::chrono::hours change_log_age{7 * 24}; ///< changes older than this are forgotten …
    std::int64_t change_log_rows = 1'000'000;  ///< … and those beyond this many
};

/// What an inspection found. Empty `problems` means healthy.
struct Inspection {
    std::vector<std::string> problems;
    std::int64_t size_bytes = 0;
    std::int64_t last_change = 0;
};

/// One change as followers read it.
struct LoggedChange {
    std::int64_t number;
    Timestamp at;
    Change change;
};

/// Counters since the database was opened.
struct WriterStatistics {
    std::uint64_t commits = 0;
    std::uint64_t closures = 0;
    std::uint64_t refused_queue_full = 0;
    std::size_t waiting = 0;
};

/// One data directory with one database.
///
/// Writes are closures run one after the other by one writer thread and made durable together
/// (group commit): when `write` returns a success, the rows are on disk and every later `read` sees
/// them. Reads run on the calling thread. A write closure touches nothing but its transaction and
/// may be run more than once.
///
/// Threads: every function may be called from any thread at once, except inside a closure.
/// Lifetime: the objects of `Environment` must outlive the database.
class Database final {
public:
    /// Opens or creates, takes the directory's lock, migrates.
    /// Errors: `conflict` (`DIRECTORY_IN_USE`, with the owner's `url` in its details when known;
    /// `DATABASE_TOO_NEW`; `DATABASE_TOO_OLD` when read only; `NOT_A_LOCI_DATABASE`),
    /// `not_found` (`DATABASE_NOT_FOUND`: absent and not `create`), `corrupt`, `unavailable`.
    static Result<Database> open(Options options, Environment environment);

    /// The same on another engine: a decorator that injects faults, or a replicated one.
    static Result<Database> open(Options options, Environment environment,
                                 std::unique_ptr<Engine> engine);

    /// Errors: the closure's own; `unavailable` (`DISK_FULL`, `QUEUE_FULL`, `DEADLINE_PASSED`,
    /// `STORE_STOPPED`), `unknown_outcome` (`COMMIT_UNKNOWN`: the commit itself failed; the writer
    /// stays stopped until reopened), `corrupt`, `internal`.
    template <class T>
    Result<T> write(std::function<Outcome<T>(WriteTransaction&)> closure, Deadline deadline = {}) {
        std::optional<T> value;
        auto const ended = write_erased(
            [&](WriteTransaction& transaction) {
                auto outcome = closure(transaction);
                if (outcome.is_done()) {
                    value.emplace(std::move(outcome.value()));
                    return Verdict{true, std::nullopt};
                }
                return Verdict{outcome.keeps_rows(), std::move(outcome.error())};
            },
            deadline);
        if (ended) {
            return *ended;
        }
        return std::move(*value);
    }

    /// Runs `closure` on a snapshot. Errors: the closure's own; `unavailable`, `corrupt`,
    /// `internal`.
    template <class T>
    Result<T> read(std::function<Result<T>(ReadTransaction&)> closure) {
        std::optional<Result<T>> result;
        auto const failed = read_erased(
            [&](ReadTransaction& transaction) { result.emplace(closure(transaction)); });
        if (failed) {
            return *failed;
        }
        return std::move(*result);
    }

    /// Remembers a fact that may be lost in a crash and rides along with the next commit, at most
    /// `Options::soft_fact_delay` later. A later fact with the same key replaces an earlier one.
    void note_softly(std::string key, std::function<void(WriteTransaction&)> closure);

    /// Changes after `number` in order, at most `limit`.
    /// Errors: `conflict` (`CHANGES_EXPIRED`: the log no longer reaches back that far: rebuild).
    Result<std::vector<LoggedChange>> changes(std::int64_t after, std::size_t limit);

    /// Calls `callback` with the newest change number after every commit that recorded one, on the
    /// writer thread, before the commit's callers are answered. It must return at once. The
    /// subscription ends with the handle.
    std::shared_ptr<void> subscribe(std::function<void(std::int64_t last_change)> callback);

    /// Checks pages, foreign keys, word index and the store's own rows.
    Result<Inspection> inspect();

    /// Writes a compact copy of a consistent snapshot into `file`, which must not exist, and syncs
    /// it.
    Result<Done> backup_to(std::filesystem::path const& file);

    /// Removes the bytes of deleted rows from every file of the directory; steps short enough for
    /// writers to pass.
    Result<Done> scrub();

    /// Lets `scrub` call `scrubber` too, for files that are derived from rows, as long as the
    /// handle lives.
    std::shared_ptr<void> scrub_also(std::function<Result<Done>()> scrubber);

    WriterStatistics statistics() const;
    std::filesystem::path const& directory() const noexcept;
    bool is_read_only() const noexcept;
    Environment environment() const noexcept;

    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    /// Finishes what waits, writes soft facts, closes.
    ~Database();

private:
    struct Verdict {
        bool keep_rows;
        std::optional<Error> error;
    };
    class Impl;
    explicit Database(std::unique_ptr<Impl> impl) noexcept;
    std::optional<Error> write_erased(std::function<Verdict(WriteTransaction&)> closure,
                                      Deadline deadline);
    std::optional<Error> read_erased(std::function<void(ReadTransaction&)> const& closure);
    std::unique_ptr<Impl> impl_;
};

} // namespace loci::store
