#include "openai/pause.hpp"

#include <algorithm>

namespace loci::openai {
namespace {

constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds longest_pause{60};
constexpr int doublings = 6;

std::chrono::seconds pause_after(int failures) {
    return std::min(first_pause * (1 << std::min(failures - 1, doublings)), longest_pause);
}

} // namespace

std::optional<Error> Pause::enter() {
    std::scoped_lock const lock{mutex_};
    if (failures_ == 0) {
        return std::nullopt;
    }
    auto const now = clock_.now();
    if (now < until_) {
        return Error{ErrorKind::unavailable, "MODEL_SERVER_PAUSED",
                     "the model's server failed a moment ago and is left alone for a while"};
    }
    until_ = now + pause_after(failures_); // for everybody but this caller
    return std::nullopt;
}

void Pause::leave(bool answered) {
    std::scoped_lock const lock{mutex_};
    failures_ = answered ? 0 : failures_ + 1;
    if (!answered) {
        until_ = clock_.now() + pause_after(failures_);
    }
}

} // namespace loci::openai
