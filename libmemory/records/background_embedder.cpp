#include <algorithm>
#include <loci/memory/background_embedder.hpp>
#include <utility>

namespace loci::memory {
namespace {

constexpr std::size_t at_once = 64;
constexpr std::chrono::seconds between_reports{30};
constexpr int doublings = 6;

template <class Function, class... Arguments>
void tell(Function const& function, Arguments const&... arguments) {
    if (function) {
        function(arguments...);
    }
}

} // namespace

EmbeddingWork::EmbeddingWork(Memory& memory, Clock const& clock, EmbeddingObserver observer)
    : memory_(memory)
    , clock_(clock)
    , observer_(std::move(observer)) {}

// A model that fails must not keep the other one from its work: both take turns.
std::chrono::seconds EmbeddingWork::round(std::stop_token const& stop) {
    std::optional<Error> failure;
    auto is_done = false;
    observe_change();
    while (!stop.stop_requested() && !is_done) {
        failure.reset();
        std::size_t done = 0;
        for (auto const& step : {&Memory::embed_pending, &Memory::continue_model_change}) {
            auto const taken = (memory_.*step)(at_once);
            if (taken) {
                done += *taken;
            } else {
                failure = taken.error();
            }
        }
        observe_change();
        is_done = done == 0;
    }
    if (!failure) {
        if (std::exchange(failures_, 0) > 0) {
            tell(observer_.recovers);
        }
        return period;
    }
    if (failures_++ == 0) {
        tell(observer_.waits, *failure);
    }
    return std::min(period * (1 << std::min(failures_ - 1, doublings)), longest_wait);
}

void EmbeddingWork::observe_change() {
    auto const is_changing = memory_.serving_model().is_changing;
    auto const is_due = is_changing ? !told_at_ || clock_.now() >= *told_at_ + between_reports
                                    : told_at_.has_value();
    if (!is_due) {
        return;
    }
    auto const status = memory_.embedding_status();
    if (!status) {
        return;
    }
    if (is_changing) {
        told_at_ = clock_.now();
        tell(observer_.changes, *status);
    } else {
        told_at_.reset();
        tell(observer_.changed, *status);
    }
}

BackgroundEmbedder::BackgroundEmbedder(Memory& memory, Clock const& clock,
                                       EmbeddingObserver observer)
    : work_(memory, clock, std::move(observer))
    , thread_([this, &clock](std::stop_token const& stop) {
        while (clock.wait_until(stop, clock.now() + work_.round(stop))) {
        }
    }) {}

} // namespace loci::memory
