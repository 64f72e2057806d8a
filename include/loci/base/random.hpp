#pragma once
#include <cstddef>
#include <memory>
#include <span>

namespace loci {

/// Source of unpredictable bytes (keys, tokens, ids).
///
/// Threads: may be called from any thread at once.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> bytes) = 0;
};

/// The operating system's generator, through libsodium.
std::unique_ptr<Random> system_random();

} // namespace loci
