#pragma once
#include <loci/store/database.hpp>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace loci::server {

enum class StoreState { reachable, slow, unreachable };

char const* to_string(StoreState state) noexcept;

/// Asks the database twice a second whether it answers, on a thread of its own, so that whoever
/// wants to know never waits for a disk.
///
/// Threads: `state` may be called from any thread at once.
class StoreProbe final {
public:
    explicit StoreProbe(store::Database& database);
    StoreProbe(StoreProbe const&) = delete;
    StoreProbe& operator=(StoreProbe const&) = delete;

    /// By the last probe; a probe that has not come back yet counts as slow after one second, as
    /// unreachable after five.
    StoreState state() const;

private:
    void probe();
    void run(std::stop_token const& stop);

    store::Database& database_;
    Clock const& clock_;
    mutable std::mutex mutex_; ///< guards the next two
    bool answered_ = false;
    std::optional<Timestamp> asked_at_; ///< of a probe that has not come back
    std::jthread thread_;
};

} // namespace loci::server
