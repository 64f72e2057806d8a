#pragma once
#include "store/engine.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loci::store {

/// The store's own row as a view holds it.
struct StoreState {
    std::int64_t last_change;
    Timestamp last_commit_time;
};

/// Errors: throws `EngineError`.
StoreState read_state(Connection& connection);

/// How long the change log reaches back.
struct ChangeRetention {
    std::chrono::seconds age;
    std::int64_t rows;
};

/// The store's own rows on the writer: commit time, named sequences, change log, actions after the
/// commit. Kept in memory during a group, undone with a closure, written once before the commit.
///
/// Threads: the writer's only.
class Ledger {
public:
    Ledger(Connection& connection, ChangeRetention retention) noexcept
        : connection_(connection)
        , retention_(retention) {}

    /// Reads the committed state. To be called at start, and after a transaction was lost.
    void load();

    /// A closure starts. Its instant is `clock`, or just above the last kept one.
    void begin_closure(Timestamp clock);
    void keep_closure();
    void undo_closure();

    std::int64_t next(std::string_view sequence);
    std::int64_t record(Change const& change);
    void after_commit(std::function<void()> action);

    Timestamp now() const noexcept { return now_; }

    std::int64_t last_change() const noexcept { return last_change_; }

    Timestamp last_time() const noexcept { return last_time_; }

    /// Whether there is something to write that the connection does not know of yet.
    bool is_dirty() const noexcept { return !changes_.empty() || !dirty_sequences_.empty(); }

    /// Writes everything into the open transaction.
    void flush();

    /// The commit is durable: forgets what was pending, runs the actions. Returns whether changes
    /// were recorded.
    bool committed();

private:
    std::int64_t& value_of(std::string_view sequence);
    void write_changes();
    void prune();
    void find_oldest();

    struct Pending {
        std::int64_t number;
        Timestamp at;
        Change change;
    };

    Connection& connection_;
    ChangeRetention retention_;
    Timestamp now_{};
    Timestamp last_time_{};
    std::int64_t last_change_ = 0;
    std::int64_t oldest_number_ = 0; ///< 0: the log is empty
    Timestamp oldest_at_{};
    std::map<std::string, std::int64_t, std::less<>> sequences_;
    std::map<std::string, std::int64_t, std::less<>> dirty_sequences_; ///< with values kept
    std::vector<std::pair<std::string, std::int64_t>> undo_;
    std::vector<Pending> changes_;
    std::vector<std::function<void()>> actions_;
    std::size_t kept_changes_ = 0;
    std::size_t kept_actions_ = 0;
};

} // namespace loci::store
