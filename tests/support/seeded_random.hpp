#pragma once
#include <cstdint>
#include <loci/base/random.hpp>
#include <mutex>
#include <random>

namespace loci::tests {

/// The same bytes for the same seed.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed = 1)
        : engine_(seed) {}

    void fill(std::span<std::byte> bytes) override {
        std::scoped_lock const lock{mutex_};
        for (auto& byte : bytes) {
            byte = static_cast<std::byte>(engine_() & 0xFFu);
        }
    }

private:
    std::mutex mutex_;
    std::mt19937_64 engine_;
};

} // namespace loci::tests
