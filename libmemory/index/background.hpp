#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace loci::index {

/// Work that nobody waits for, in steps: several jobs take turns.
///
/// Threads: every function from any thread. Steps run one at a time, on a thread of low priority
/// that ends with the object, or within `run_all`.
class Background {
public:
    /// True: it is to be called again. It returns soon after a stop was requested.
    using Step = std::function<bool(std::stop_token const&)>;

    Background() = default;
    Background(Background const&) = delete;
    Background& operator=(Background const&) = delete;
    /// Stops the step that runs; what waits is dropped.
    ~Background();

    /// Runs what waits, and what will, on an own thread. Without it only `run_all` does.
    void start();

    void add(Step step);

    /// Returns when nothing waits or runs any more.
    void run_all();

private:
    void run_one(std::unique_lock<std::mutex>& lock, std::stop_token const& stop);
    void work(std::stop_token const& stop);

    std::mutex mutex_; // guards the following; not held while a step runs
    std::condition_variable_any changed_;
    std::deque<Step> waiting_;
    bool is_running_ = false;
    std::jthread thread_;
};

} // namespace loci::index
