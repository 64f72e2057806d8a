#pragma once
#include <condition_variable>
#include <loci/base/clock.hpp>
#include <mutex>

namespace loci::tests {

/// A clock that stands still until it is moved by hand; forwards wakes who waits for the instant.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Timestamp start = default_start()) noexcept
        : now_(start) {}

    Timestamp now() const override {
        std::scoped_lock const lock{mutex_};
        return now_;
    }

    bool wait_until(std::stop_token stop, Timestamp deadline) const override {
        std::unique_lock lock{mutex_};
        ++waiting_;
        entered_.notify_all();
        auto const reached = moved_.wait(lock, stop, [&] { return now_ >= deadline; });
        --waiting_;
        return reached;
    }

    void advance(std::chrono::microseconds by) { set(now() + by); }

    /// May also turn the time back.
    void set(Timestamp at) {
        {
            std::scoped_lock const lock{mutex_};
            now_ = at;
        }
        moved_.notify_all();
    }

    /// Returns once at least `count` threads wait, so that a test need not sleep.
    void await_waiting(int count) const {
        std::unique_lock lock{mutex_};
        entered_.wait(lock, [&] { return waiting_ >= count; });
    }

    static Timestamp default_start() noexcept {
        return std::chrono::sys_days{std::chrono::year{2026} / 3 / 20} + std::chrono::hours{9};
    }

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable_any moved_;
    mutable std::condition_variable_any entered_;
    mutable int waiting_ = 0;
    Timestamp now_;
};

} // namespace loci::tests
