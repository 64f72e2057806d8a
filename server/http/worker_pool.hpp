#pragma once
#include "http/statistics.hpp"
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace loci::server {

/// Names the calling thread for debuggers; the kernel keeps 15 characters.
void name_this_thread(std::string const& name);

/// A lane: threads of its own and a bounded queue before them.
///
/// Threads: every function may be called from any thread at once, but `stop` only from outside the
/// pool.
class WorkerPool final {
public:
    /// Called once: with true on a thread of the pool, or with false when the queue was given up.
    /// Must not throw.
    using Job = std::function<void(bool run)>;

    WorkerPool(std::string name, std::size_t threads, std::size_t queue_limit);
    WorkerPool(WorkerPool const&) = delete;
    WorkerPool& operator=(WorkerPool const&) = delete;
    ~WorkerPool();

    void start();

    /// Books a place for one job; false when every thread is busy and the queue is full.
    bool try_reserve();

    /// Books a place beyond the limit, for work that was let in before (the next piece of a
    /// stream).
    void reserve();

    /// Runs a job for which a place is booked.
    void submit(Job job);

    /// Ends every job that has not begun.
    void abandon();

    /// Runs what is queued, then ends the threads.
    void stop();

    LaneStatistics statistics() const;

private:
    void work(std::size_t number);

    std::string const name_;
    std::size_t const threads_;
    std::size_t const queue_limit_;
    mutable std::mutex mutex_; ///< guards everything below
    std::condition_variable wake_;
    std::deque<Job> queue_;
    std::vector<std::thread> workers_;
    std::size_t booked_ = 0; ///< reserved, queued or running
    std::size_t running_ = 0;
    bool stopping_ = false;
};

} // namespace loci::server
