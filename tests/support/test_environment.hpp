#pragma once
#include <loci/base/environment.hpp>
#include <memory>
#include <support/manual_clock.hpp>
#include <support/seeded_random.hpp>

namespace loci::tests {

/// No network: every exchange fails.
class NoTransport final : public Transport {
public:
    Result<OutboundAnswer> send(OutboundRequest const&) override {
        return Error{.kind = ErrorKind::unavailable,
                     .reason = "EXCHANGE_FAILED",
                     .message = "there is no network in this test"};
    }
};

/// An `Environment` in which nothing happens by itself.
class TestEnvironment final {
public:
    explicit TestEnvironment(std::uint64_t seed = 1)
        : random(seed)
        , ids(id_source(clock, random)) {}

    Environment get() noexcept { return {clock, random, *ids, transport}; }

    ManualClock clock;
    SeededRandom random;
    std::unique_ptr<IdSource> ids;
    NoTransport transport;
};

} // namespace loci::tests
