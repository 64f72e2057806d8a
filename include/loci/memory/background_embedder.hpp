#pragma once
#include <chrono>
#include <functional>
#include <loci/base/clock.hpp>
#include <loci/base/error.hpp>
#include <loci/memory/embedding_status.hpp>
#include <loci/memory/memory.hpp>
#include <optional>
#include <stop_token>
#include <thread>

namespace loci::memory {

/// What is told about embedding that happens by itself; each function may be absent. Called by the
/// thread that works.
struct EmbeddingObserver {
    /// A model cannot be used. Told once, until it can again.
    std::function<void(Error const&)> waits{};
    std::function<void()> recovers{};
    /// A change of model is under way: told at its beginning and every half a minute.
    std::function<void(EmbeddingStatus const&)> changes{};
    std::function<void(EmbeddingStatus const&)> changed{}; ///< … and at its end
};

/// What is left to embed, done in rounds: memories whose vector is pending, and a change of model.
///
/// Lifetime: what it refers to must outlive it.
class EmbeddingWork final {
public:
    EmbeddingWork(Memory& memory, Clock const& clock, EmbeddingObserver observer = {});

    static constexpr std::chrono::seconds period{2};
    static constexpr std::chrono::seconds longest_wait{60};

    /// Works until nothing is left, a model fails, or a stop is requested. Returns how long to wait
    /// before the next round: `period`, or longer and longer while a model fails.
    std::chrono::seconds round(std::stop_token const& stop);

private:
    void observe_change();

    Memory& memory_;
    Clock const& clock_;
    EmbeddingObserver const observer_;
    int failures_ = 0;                 ///< rounds in a row
    std::optional<Timestamp> told_at_; ///< set: a change of model was told
};

/// `EmbeddingWork` on a thread of its own, from construction to destruction. The destructor waits
/// for the exchange with a model that is under way.
class BackgroundEmbedder final {
public:
    BackgroundEmbedder(Memory& memory, Clock const& clock, EmbeddingObserver observer = {});
    BackgroundEmbedder(BackgroundEmbedder const&) = delete;
    BackgroundEmbedder& operator=(BackgroundEmbedder const&) = delete;
    ~BackgroundEmbedder() = default;

private:
    EmbeddingWork work_;
    std::jthread thread_; ///< last: it uses the above
};

} // namespace loci::memory
