#include "identity/presence.hpp"

#include <algorithm>

namespace loci::runtime {

void Presence::note(Uuid const& credential, Timestamp at) {
    std::lock_guard const lock{mutex_};
    auto& last = last_[credential];
    last = std::max(last, at);
}

std::optional<Timestamp> Presence::last_used(Uuid const& credential,
                                             std::optional<Timestamp> stored) const {
    std::lock_guard const lock{mutex_};
    auto const seen = last_.find(credential);
    if (seen == last_.end()) {
        return stored;
    }
    return stored ? std::max(*stored, seen->second) : seen->second;
}

} // namespace loci::runtime
