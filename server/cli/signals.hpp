#pragma once
#include <csignal>
#include <functional>
#include <thread>

namespace loci::cli {

/// Turns SIGINT and SIGTERM into a value to wait for, and ignores SIGPIPE and SIGHUP.
///
/// Construct it before any other thread starts: threads inherit the blocked signals. A second
/// signal ends the process at once, without clean-up.
class StopSignals {
public:
    StopSignals();
    StopSignals(StopSignals const&) = delete;
    StopSignals& operator=(StopSignals const&) = delete;
    ~StopSignals();

    /// Blocks until the first signal; returns it.
    int wait();

private:
    void watch_for_second();
    sigset_t signals_{};
    std::jthread second_;
};

} // namespace loci::cli
