#include "store/subscriptions.hpp"

#include <utility>

namespace loci::store {

std::shared_ptr<void> Subscriptions::add(std::function<void(std::int64_t)> callback) {
    auto subscriber = std::make_shared<Subscriber>();
    subscriber->callback = std::move(callback);
    std::shared_ptr<void> handle{static_cast<void*>(subscriber.get()), [subscriber](void*) {
                                     std::scoped_lock const lock{subscriber->mutex};
                                     subscriber->ended = true;
                                 }};
    std::scoped_lock const lock{mutex_};
    subscribers_.push_back(std::move(subscriber));
    return handle;
}

void Subscriptions::tell(std::int64_t last_change) {
    std::vector<std::shared_ptr<Subscriber>> now;
    {
        std::scoped_lock const lock{mutex_};
        now = subscribers_;
    }
    bool some_ended = false;
    for (auto const& subscriber : now) {
        std::scoped_lock const lock{subscriber->mutex};
        if (!subscriber->ended) {
            subscriber->callback(last_change);
        }
        some_ended = some_ended || subscriber->ended;
    }
    if (some_ended) {
        std::scoped_lock const lock{mutex_};
        std::erase_if(subscribers_, [](auto const& subscriber) {
            std::scoped_lock const inner{subscriber->mutex};
            return subscriber->ended;
        });
    }
}

} // namespace loci::store
