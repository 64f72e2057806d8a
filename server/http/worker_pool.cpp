#include "http/worker_pool.hpp"
#include <fmt/format.h>
#include <pthread.h>

namespace loci::server {

void name_this_thread(std::string const& name) {
    ::pthread_setname_np(::pthread_self(), name.substr(0, 15).c_str());
}

WorkerPool::WorkerPool(std::string name, std::size_t threads, std::size_t queue_limit)
    : name_(std::move(name))
    , threads_(threads)
    , queue_limit_(queue_limit) {}

WorkerPool::~WorkerPool() {
    stop();
}

void WorkerPool::start() {
    std::lock_guard const lock(mutex_);
    for (std::size_t number = 0; number < threads_; ++number) {
        workers_.emplace_back([this, number] { work(number); });
    }
}

bool WorkerPool::try_reserve() {
    std::lock_guard const lock(mutex_);
    if (booked_ >= threads_ + queue_limit_) {
        return false;
    }
    ++booked_;
    return true;
}

void WorkerPool::reserve() {
    std::lock_guard const lock(mutex_);
    ++booked_;
}

void WorkerPool::submit(Job job) {
    {
        std::lock_guard const lock(mutex_);
        queue_.push_back(std::move(job));
    }
    wake_.notify_one();
}

void WorkerPool::abandon() {
    std::deque<Job> given_up;
    {
        std::lock_guard const lock(mutex_);
        given_up.swap(queue_);
        booked_ -= given_up.size();
    }
    for (auto& job : given_up) {
        job(false);
    }
}

void WorkerPool::stop() {
    std::vector<std::thread> workers;
    {
        std::lock_guard const lock(mutex_);
        stopping_ = true;
        workers.swap(workers_);
    }
    wake_.notify_all();
    for (auto& worker : workers) {
        worker.join();
    }
}

LaneStatistics WorkerPool::statistics() const {
    std::lock_guard const lock(mutex_);
    return {.name = name_,
            .threads = threads_,
            .running = running_,
            .queued = queue_.size(),
            .queue_limit = queue_limit_};
}

void WorkerPool::work(std::size_t number) {
    name_this_thread(fmt::format("loci-{}-{}", name_, number));
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) {
            return;
        }
        auto job = std::move(queue_.front());
        queue_.pop_front();
        ++running_;
        lock.unlock();
        job(true);
        job = nullptr;
        lock.lock();
        --running_;
        --booked_;
    }
}

} // namespace loci::server
