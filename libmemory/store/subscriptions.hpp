#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace loci::store {

/// Who wants to know of new changes.
///
/// Threads: may be called from any thread at once. Once a handle is gone, its callback does not run
/// and will not run; a callback may drop its own handle.
class Subscriptions {
public:
    std::shared_ptr<void> add(std::function<void(std::int64_t)> callback);
    void tell(std::int64_t last_change);

private:
    struct Subscriber {
        std::recursive_mutex mutex;
        std::function<void(std::int64_t)> callback;
        bool ended = false;
    };

    std::mutex mutex_;
    std::vector<std::shared_ptr<Subscriber>> subscribers_;
};

} // namespace loci::store
