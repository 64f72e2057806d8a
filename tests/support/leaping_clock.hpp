#pragma once
#include <loci/base/clock.hpp>
#include <mutex>
#include <support/manual_clock.hpp>
#include <vector>

namespace loci::tests {

/// A clock on which every wait ends at once, with the time moved to the instant waited for.
class LeapingClock final : public Clock {
public:
    Timestamp now() const override {
        std::scoped_lock const lock{mutex_};
        return now_;
    }

    bool wait_until(std::stop_token stop, Timestamp deadline) const override {
        std::scoped_lock const lock{mutex_};
        if (stop.stop_requested()) {
            return false;
        }
        if (deadline > now_) {
            waits_.push_back(deadline - now_);
            now_ = deadline;
        }
        return true;
    }

    void advance(std::chrono::microseconds by) {
        std::scoped_lock const lock{mutex_};
        now_ += by;
    }

    std::vector<std::chrono::microseconds> waits() const {
        std::scoped_lock const lock{mutex_};
        return waits_;
    }

private:
    mutable std::mutex mutex_;
    mutable Timestamp now_ = ManualClock::default_start();
    mutable std::vector<std::chrono::microseconds> waits_;
};

} // namespace loci::tests
