#pragma once
#include <catch2/catch.hpp>
#include <loci/memory/openai.hpp>
#include <support/fake_transport.hpp>
#include <support/leaping_clock.hpp>
#include <support/seeded_random.hpp>

namespace loci::tests {

struct OpenAiFixture {
    Environment environment() { return {clock, random, *ids, transport}; }

    memory::OpenAiServer server() const {
        return {.base_url = "http://models.example/v1", .model = "tiny", .key = "sk-secret-key"};
    }

    LeapingClock clock;
    SeededRandom random;
    FakeTransport transport;
    std::unique_ptr<IdSource> ids = id_source(clock, random);
};

inline bool holds(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

} // namespace loci::tests
