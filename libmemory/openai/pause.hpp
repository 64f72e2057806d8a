#pragma once
#include <loci/base/clock.hpp>
#include <loci/base/error.hpp>
#include <mutex>
#include <optional>

namespace loci::openai {

/// Keeps callers from waiting for a server that fails: after a failure it is left alone for a
/// while, from one second up to a minute; then one caller tries it, and the others go on without.
///
/// Threads: every function may be called from any thread at once.
class Pause {
public:
    explicit Pause(Clock const& clock)
        : clock_(clock) {}

    /// Nullopt: the server may be asked; `leave` must follow. Errors: `unavailable`
    /// (`MODEL_SERVER_PAUSED`).
    std::optional<Error> enter();

    void leave(bool answered);

private:
    Clock const& clock_;
    std::mutex mutex_; // guards all below
    int failures_ = 0; // in a row
    Timestamp until_{};
};

} // namespace loci::openai
