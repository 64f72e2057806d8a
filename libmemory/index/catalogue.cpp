#include "index/catalogue.hpp"

#include "index/loader.hpp"
#include "index/segments.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fmt/format.h>
#include <functional>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

// Freshness. `reached_` is the number up to which every mutation was applied (to a partition, or to
// the queue of one that is loading). A partition that was loaded at change P and got every mutation
// of its owner after P serves a snapshot S if P >= S or `reached_` >= S. A mutation that passes
// while nobody has loaded the owner is remembered only by its number: a loader whose snapshot is
// older uses what it loaded for itself and installs nothing. Nobody waits for such a loader: among
// steady writes, those who did would be too old as well when their turn comes.
//
// Memory. What all partitions hold is kept within a budget: the one that was not asked for the
// longest goes first. But loading is dearer the larger a partition is: one is let go only after
// others of its size were loaded since it was last asked for. So a large one that is in use is not
// loaded again and again because of many small ones, and little is held beyond the budget.

namespace loci::index {
namespace {

/// The longest that a search waits for the writer thread between commit and `apply`.
constexpr std::chrono::seconds patience{1};

/// The memory of a partition is counted again when its rows have grown by such a part, and now and
/// then, since what is built beside the rows grows as well.
constexpr std::size_t growth_worth_counting = 32;
constexpr std::uint64_t uses_worth_counting = 64;

constexpr std::size_t useless_rows_worth_a_rebuild = 1024;

struct Slot {
    std::shared_ptr<Partition> partition; // null: to be loaded
    std::int64_t loaded = 0;              // change number of the snapshot it was loaded from
    std::int64_t last_event = 0;          // newest mutation seen
    bool loading = false;
    bool spoiled = false;          // a mutation was lost while loading
    std::vector<RowChanges> queue; // mutations that came while loading
    std::size_t bytes = 0;         // of the partition, as last counted …
    std::size_t counted_rows = 0;  // … with so many rows
    std::uint64_t uses = 0;        // how often it was asked for
    std::uint64_t used = 0;        // bytes that had been loaded in all when it was last asked for
    std::list<Slot*>::iterator place; // in `recent_`, while there is a partition
};

bool wants_rebuild(Slot const& slot) {
    auto const state = slot.partition->state();
    auto const useless = state.erased + state.abandoned_texts;
    return useless > useless_rows_worth_a_rebuild && useless * 4 > state.size;
}

} // namespace

/// The model whose vectors partitions hold.
struct Served {
    std::string model;
    std::size_t dimension = 0;
};

class Catalogue::Impl {
public:
    Impl(std::string model, std::size_t dimension, SegmentOptions segments)
        : segments_(std::move(segments))
        , served_{std::move(model), dimension} {
        segments_.keep_only(served_.model);
    }

    void apply(RowChanges const& changes) noexcept;
    void reach(std::int64_t change) noexcept;
    OwnerView view(store::ReadTransaction& transaction, std::int64_t owner);
    void drop_all() noexcept;
    void serve(std::string model, std::size_t dimension, std::int64_t change,
               std::function<void()> const& meanwhile) noexcept;
    std::uint64_t generation() const noexcept;
    void limit_memory(std::size_t bytes) noexcept;
    memory::IndexStatistics statistics() const;
    std::vector<std::string> inspect(store::ReadTransaction& transaction);

    Segments& segments() noexcept { return segments_; }

private:
    bool apply_to_slot(RowChanges const& changes);
    OwnerView load(store::ReadTransaction& transaction, std::int64_t owner, Slot& slot,
                   Served const& served);
    void catch_up(std::unique_lock<std::mutex>& lock, Slot& slot, Partition& partition,
                  std::int64_t snapshot);
    std::vector<std::int64_t> loaded_owners(std::int64_t snapshot);

    // With `mutex_` held. What they return is to be destroyed without it: that takes time.
    using Discarded = std::vector<std::shared_ptr<Partition>>;
    void install(Slot& slot, std::shared_ptr<Partition> partition, std::int64_t snapshot);
    [[nodiscard]] std::shared_ptr<Partition> discard(Slot& slot) noexcept;
    [[nodiscard]] Discarded use(Slot& slot);
    void count(Slot& slot);

    Segments segments_;
    // Guards all below; never held while rows are read, applied or searched.
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Served served_;
    std::uint64_t generation_ = 0;
    std::int64_t served_since_ = 0; // change number
    std::int64_t reached_ = 0;
    std::unordered_map<std::int64_t, Slot> slots_; // nothing is taken out: references stay valid
    std::list<Slot*> recent_;                      // those with a partition, last asked for first
    std::size_t budget_ = memory::default_memory_budget;
    std::size_t held_bytes_ = 0;
    std::uint64_t loaded_bytes_ = 0; // ever
    std::uint64_t loads_ = 0;
    std::uint64_t evictions_ = 0;
};

void Catalogue::Impl::install(Slot& slot, std::shared_ptr<Partition> partition,
                              std::int64_t snapshot) {
    recent_.push_front(&slot);
    slot.place = recent_.begin();
    slot.partition = std::move(partition);
    slot.loaded = snapshot;
    count(slot);
    loaded_bytes_ += slot.bytes;
    ++loads_;
}

std::shared_ptr<Partition> Catalogue::Impl::discard(Slot& slot) noexcept {
    if (slot.partition) {
        slot.partition->sealing().is_retired = true;
        recent_.erase(slot.place);
        held_bytes_ -= std::exchange(slot.bytes, 0);
    }
    return std::exchange(slot.partition, nullptr);
}

void Catalogue::Impl::count(Slot& slot) {
    held_bytes_ -= slot.bytes;
    slot.bytes = slot.partition->memory_bytes();
    slot.counted_rows = slot.partition->state().size;
    held_bytes_ += slot.bytes;
}

// Marks the slot as the last that was asked for, and makes room for it.
Catalogue::Impl::Discarded Catalogue::Impl::use(Slot& slot) {
    recent_.splice(recent_.begin(), recent_, slot.place);
    slot.used = loaded_bytes_;
    if (++slot.uses % uses_worth_counting == 0) {
        count(slot);
    }
    Discarded discarded;
    for (auto oldest = recent_.end(); oldest != recent_.begin() && held_bytes_ > budget_;) {
        auto& candidate = **--oldest;
        if (loaded_bytes_ - candidate.used >= candidate.bytes && &candidate != &slot) {
            ++oldest; // the place of what is left
            discarded.push_back(discard(candidate));
            ++evictions_;
        }
    }
    return discarded;
}

bool Catalogue::Impl::apply_to_slot(RowChanges const& changes) {
    std::shared_ptr<Partition> partition;
    Slot* known = nullptr;
    {
        std::lock_guard const lock{mutex_};
        auto& slot = slots_[changes.owner];
        known = &slot;
        slot.last_event = std::max(slot.last_event, changes.change);
        if (slot.loading) {
            slot.queue.push_back(changes);
        }
        if (changes.change > slot.loaded) {
            partition = slot.partition;
        }
    }
    if (!partition) {
        return true;
    }
    auto const applied = partition->apply(changes);
    segments_.look_after(partition);
    std::lock_guard const lock{mutex_};
    auto const size = partition->state().size;
    if (known->partition == partition &&
        size > known->counted_rows + known->counted_rows / growth_worth_counting) {
        count(*known);
    }
    return applied;
}

// The commit stands whatever happens here: a failure leaves an owner that is loaded again.
void Catalogue::Impl::apply(RowChanges const& changes) noexcept {
    bool applied = false;
    try {
        applied = apply_to_slot(changes);
    } catch (...) {
        applied = false;
    }
    if (!applied) {
        std::shared_ptr<Partition> discarded;
        std::lock_guard const lock{mutex_};
        auto const slot = slots_.find(changes.owner);
        if (slot != slots_.end()) {
            discarded = discard(slot->second);
            slot->second.spoiled = true;
        }
    }
}

void Catalogue::Impl::reach(std::int64_t change) noexcept {
    {
        std::lock_guard const lock{mutex_};
        reached_ = std::max(reached_, change);
    }
    changed_.notify_all();
}

OwnerView Catalogue::Impl::view(store::ReadTransaction& transaction, std::int64_t owner) {
    auto const snapshot = transaction.last_change();
    auto const deadline = std::chrono::steady_clock::now() + patience;
    Discarded discarded;
    std::unique_lock lock{mutex_};
    auto& slot = slots_[owner];
    for (auto late = false;;) {
        auto const fresh = slot.loaded >= snapshot || reached_ >= snapshot;
        auto const may_install = std::max(slot.last_event, served_since_) <= snapshot;
        if (slot.partition && fresh && (slot.loading || !may_install || !wants_rebuild(slot))) {
            discarded = use(slot);
            return OwnerView{slot.partition};
        }
        if (slot.loading) {
            changed_.wait(lock);
        } else if (slot.partition && !fresh && !late) {
            late = changed_.wait_until(lock, deadline) == std::cv_status::timeout;
        } else {
            break;
        }
    }
    auto const served = served_;
    if (std::max(slot.last_event, served_since_) > snapshot) {
        lock.unlock();
        return OwnerView{
            load_partition(transaction, owner, served.model, served.dimension, &segments_)};
    }
    slot.loading = true;
    slot.spoiled = false;
    slot.queue.clear();
    lock.unlock();
    return load(transaction, owner, slot, served);
}

OwnerView Catalogue::Impl::load(store::ReadTransaction& transaction, std::int64_t owner, Slot& slot,
                                Served const& served) {
    auto const end = [&](std::unique_lock<std::mutex>& lock) {
        slot.loading = false;
        slot.queue.clear();
        lock.unlock();
        changed_.notify_all();
    };

    struct OnFailure {
        std::function<void()> action;

        ~OnFailure() {
            if (action) {
                action();
            }
        }
    } on_failure{[&] {
        std::unique_lock lock{mutex_};
        end(lock);
    }};

    auto const snapshot = transaction.last_change();
    auto partition = load_partition(transaction, owner, served.model, served.dimension, &segments_);
    Discarded discarded;
    std::unique_lock lock{mutex_};
    catch_up(lock, slot, *partition, snapshot);
    auto const is_kept = !slot.spoiled;
    if (is_kept) {
        discarded.push_back(discard(slot));
        install(slot, partition, snapshot);
        std::ranges::move(use(slot), std::back_inserter(discarded));
    }
    on_failure.action = nullptr;
    end(lock);
    if (is_kept) {
        segments_.look_after(partition);
    }
    return OwnerView{std::move(partition)};
}

void Catalogue::Impl::catch_up(std::unique_lock<std::mutex>& lock, Slot& slot, Partition& partition,
                               std::int64_t snapshot) {
    while (!slot.queue.empty() && !slot.spoiled) {
        auto const queue = std::exchange(slot.queue, {});
        lock.unlock();
        auto fits = true;
        for (auto const& changes : queue) {
            fits = fits && (changes.change <= snapshot || partition.apply(changes));
        }
        lock.lock();
        slot.spoiled = slot.spoiled || !fits;
    }
}

void Catalogue::Impl::drop_all() noexcept {
    Discarded discarded;
    std::lock_guard const lock{mutex_};
    for (auto& [owner, slot] : slots_) {
        discarded.push_back(discard(slot));
        slot.spoiled = true;
    }
}

void Catalogue::Impl::serve(std::string model, std::size_t dimension, std::int64_t change,
                            std::function<void()> const& meanwhile) noexcept {
    Discarded discarded;
    std::lock_guard const lock{mutex_};
    served_ = {std::move(model), dimension};
    served_since_ = change; // an older snapshot may lack vectors of the model
    ++generation_;
    for (auto& [owner, slot] : slots_) {
        discarded.push_back(discard(slot));
        slot.spoiled = true;
    }
    segments_.keep_only(served_.model);
    meanwhile();
}

std::uint64_t Catalogue::Impl::generation() const noexcept {
    std::lock_guard const lock{mutex_};
    return generation_;
}

void Catalogue::Impl::limit_memory(std::size_t bytes) noexcept {
    std::lock_guard const lock{mutex_};
    budget_ = bytes;
}

memory::IndexStatistics Catalogue::Impl::statistics() const {
    std::lock_guard const lock{mutex_};
    std::size_t unsealed = 0;
    for (auto const* slot : recent_) {
        unsealed += slot->partition->segments().unsealed();
    }
    return {.bytes = held_bytes_,
            .budget = budget_,
            .owners = recent_.size(),
            .loads = loads_,
            .evictions = evictions_,
            .unsealed = unsealed};
}

std::vector<std::int64_t> Catalogue::Impl::loaded_owners(std::int64_t snapshot) {
    std::vector<std::int64_t> owners;
    std::lock_guard const lock{mutex_};
    for (auto const& [owner, slot] : slots_) {
        if (slot.partition && slot.last_event <= snapshot) {
            owners.push_back(owner);
        }
    }
    std::sort(owners.begin(), owners.end());
    return owners;
}

std::vector<std::string> Catalogue::Impl::inspect(store::ReadTransaction& transaction) {
    std::vector<std::string> problems;
    auto const snapshot = transaction.last_change();
    auto const served = [this] {
        std::lock_guard const lock{mutex_};
        return served_;
    }();
    for (auto const owner : loaded_owners(snapshot)) {
        auto const held = describe(view(transaction, owner), served.dimension);
        auto const fresh =
            OwnerView{load_partition(transaction, owner, served.model, served.dimension)};
        auto const expected = describe(fresh, served.dimension);
        auto const still_equal_in_time = [&] {
            auto const owners = loaded_owners(snapshot);
            return std::find(owners.begin(), owners.end(), owner) != owners.end();
        };
        if (held != expected && still_equal_in_time()) {
            problems.push_back(
                fmt::format("catalogue of owner {}: {} rows held, {} stored, or rows that differ",
                            owner, held.size(), expected.size()));
        }
    }
    return problems;
}

Catalogue::Catalogue(std::string model, std::size_t dimension, SegmentOptions segments)
    : impl_(std::make_unique<Impl>(std::move(model), dimension, std::move(segments))) {}

Catalogue::~Catalogue() = default;

void Catalogue::apply(std::span<RowChanges const> changes) noexcept {
    std::int64_t newest = 0;
    for (auto const& one : changes) {
        impl_->apply(one);
        newest = std::max(newest, one.change);
    }
    impl_->reach(newest);
}

void Catalogue::reached(std::int64_t last_change) noexcept {
    impl_->reach(last_change);
}

OwnerView Catalogue::view(store::ReadTransaction& transaction, std::int64_t owner) {
    return impl_->view(transaction, owner);
}

void Catalogue::drop_all() noexcept {
    impl_->drop_all();
}

void Catalogue::serve(std::string model, std::size_t dimension, std::int64_t change,
                      std::function<void()> const& meanwhile) noexcept {
    impl_->serve(std::move(model), dimension, change, meanwhile);
}

std::uint64_t Catalogue::generation() const noexcept {
    return impl_->generation();
}

void Catalogue::limit_memory(std::size_t bytes) noexcept {
    impl_->limit_memory(bytes);
}

memory::IndexStatistics Catalogue::statistics() const {
    return impl_->statistics();
}

Segments& Catalogue::segments() noexcept {
    return impl_->segments();
}

std::vector<std::string> Catalogue::inspect(store::ReadTransaction& transaction) {
    return impl_->inspect(transaction);
}

} // namespace loci::index
