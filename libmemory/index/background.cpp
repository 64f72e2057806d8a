#include "index/background.hpp"

#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace loci::index {
namespace {

constexpr int low_priority = 10;

/// A step that fails has changed nothing; what it was for is tried again when it is next asked for.
bool run(Background::Step const& step, std::stop_token const& stop) noexcept {
    try {
        return step(stop);
    } catch (...) {
        return false;
    }
}

} // namespace

Background::~Background() {
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
}

void Background::start() {
    thread_ = std::jthread{[this](std::stop_token const& stop) { work(stop); }};
}

void Background::add(Step step) {
    {
        std::lock_guard const lock{mutex_};
        waiting_.push_back(std::move(step));
    }
    changed_.notify_all();
}

void Background::run_all() {
    std::unique_lock lock{mutex_};
    while (is_running_ || !waiting_.empty()) {
        if (is_running_) {
            changed_.wait(lock);
        } else {
            run_one(lock, {});
        }
    }
}

void Background::run_one(std::unique_lock<std::mutex>& lock, std::stop_token const& stop) {
    auto step = std::move(waiting_.front());
    waiting_.pop_front();
    is_running_ = true;
    lock.unlock();
    auto const again = run(step, stop);
    if (!again) {
        step = nullptr; // may own much
    }
    lock.lock();
    if (again) {
        waiting_.push_back(std::move(step));
    }
    is_running_ = false;
    changed_.notify_all();
}

void Background::work(std::stop_token const& stop) {
    // Of this thread alone, as Linux has it. Without the right to it, all is as well but for haste.
    static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), low_priority));
    std::unique_lock lock{mutex_};
    while (!stop.stop_requested()) {
        if (changed_.wait(lock, stop, [&] { return !is_running_ && !waiting_.empty(); })) {
            run_one(lock, stop);
        }
    }
}

} // namespace loci::index
