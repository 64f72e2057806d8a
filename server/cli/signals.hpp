#pragma once
#include <csignal>
#include <functional>
#include <thread>

namespace loci::cli {

/// Turns SIGINT and SIGTERM into a value to wait for, and ignores SIGPIPE and SIGHUP.
///
/// Construct it before any other thread starts: threads inherit the blocked signals. The same
/// signal again ends the process at once, without clean-up. (Another one does not: on Ctrl-C the
/// terminal sends SIGINT to the program and to the script around it, which then sends SIGTERM.) The
/// signals stay blocked to the end of the process: one that comes late ends nothing early.
class StopSignals {
public:
    StopSignals();
    StopSignals(StopSignals const&) = delete;
    StopSignals& operator=(StopSignals const&) = delete;
    ~StopSignals();

    /// Blocks until the first signal; returns it.
    int wait();

private:
    void watch_for_second(int first);
    sigset_t signals_{};
    std::jthread second_;
};

} // namespace loci::cli
