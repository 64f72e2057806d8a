#include "cli/signals.hpp"

#include <pthread.h>
#include <unistd.h>

namespace loci::cli {
namespace {

/// Wakes the watching thread at an orderly end; never sent from outside for that.
constexpr int wake_up = SIGUSR2;

} // namespace

StopSignals::StopSignals() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, wake_up);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

int StopSignals::wait() {
    int signal = 0;
    do {
        sigwait(&signals_, &signal);
    } while (signal == wake_up);
    watch_for_second(signal);
    return signal;
}

void StopSignals::watch_for_second(int first) {
    second_ = std::jthread{[this, first](std::stop_token const& stop) {
        int signal = wake_up;
        while (signal != first && !stop.stop_requested()) {
            sigwait(&signals_, &signal);
        }
        if (signal == first) {
            ::_exit(128 + signal);
        }
    }};
}

StopSignals::~StopSignals() {
    if (second_.joinable()) {
        second_.request_stop();
        pthread_kill(second_.native_handle(), wake_up);
        second_.join();
    }
}

} // namespace loci::cli
