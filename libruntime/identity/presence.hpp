#pragma once
#include <loci/base/clock.hpp>
#include <loci/base/ids.hpp>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace loci::runtime {

/// When each credential was last used, from this process's own memory: the stored instants are up
/// to half a minute late.
///
/// Threads: every function may be called from any thread at once.
class Presence {
public:
    void note(Uuid const& credential, Timestamp at);

    /// The later of what is stored and what this process saw.
    std::optional<Timestamp> last_used(Uuid const& credential,
                                       std::optional<Timestamp> stored) const;

private:
    mutable std::mutex mutex_;
    std::unordered_map<Uuid, Timestamp> last_; ///< guarded by mutex_
};

} // namespace loci::runtime
