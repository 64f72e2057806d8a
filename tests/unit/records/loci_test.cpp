#include "fixture.hpp"

#include <loci/loci.hpp>

using namespace loci;
using namespace loci::tests;

TEST_CASE("a host remembers across restarts in a few lines", "[loci]") {
    TemporaryDirectory const directory;
    memory::MemoryId id;
    {
        auto const loci = open({.directory = directory.path() / "assistant"}).value();
        auto const alice = loci.in({.user = "alice"});
        id = alice.write({.content = "Prefers aisle seats", .tags = {"travel"}}).value().id;
        auto const second = open({.directory = directory.path() / "assistant"});
        CHECK(reason_of(second) == "DIRECTORY_IN_USE");
    }
    auto const loci = open({.directory = directory.path() / "assistant"}).value();
    auto const alice = loci.in({.user = "alice"});
    CHECK(alice.get(id).value().content == "Prefers aisle seats");
    auto const recalled = alice.recall({.query = "where does she like to sit on a plane?"}).value();
    REQUIRE(recalled.hits.size() == 1);
    CHECK(recalled.hits.front().memory.id == id);
    CHECK(loci.in({.user = "bob"}).recall({.query = "seat"}).value().hits.empty());
    CHECK(loci.memory().inspect().value().empty());
}

TEST_CASE("a host may bring its clock, its ids and its embedder", "[loci]") {
    TemporaryDirectory const directory;
    TestEnvironment environment;
    auto const given = environment.get();
    LetterEmbedder embedder;
    auto const loci =
        open({.directory = directory.path(), .embedder = &embedder, .environment = &given}).value();
    auto const record = loci.in({}).write({.content = "content"}).value();
    CHECK(record.created_at >= ManualClock::default_start());
    CHECK(record.created_at < ManualClock::default_start() + a_while);
    CHECK(embedder.calls == 1);
    CHECK(loci.database().directory() == directory.path());
}

TEST_CASE("a library embeds again by itself when its model has changed", "[loci]") {
    TemporaryDirectory const directory;
    LetterEmbedder first;
    {
        auto const loci = open({.directory = directory.path(), .embedder = &first}).value();
        static_cast<void>(loci.in({}).write({.content = "content"}).value());
    }
    LetterEmbedder next{"letters-2", 16};
    auto const loci = open({.directory = directory.path(), .embedder = &next}).value();
    while (loci.memory().serving_model().id != "letters-2") {
        std::this_thread::yield();
    }
    auto const found = loci.in({}).recall({.query = "content"}).value();
    CHECK_FALSE(found.degraded);
    CHECK(found.hits.size() == 1);
}

TEST_CASE("tenants under a small memory budget find their own memories and nothing else",
          "[loci][budget]") {
    constexpr int tenants = 12;
    TemporaryDirectory const directory;
    TestEnvironment environment;
    auto const given = environment.get();
    LetterEmbedder embedder;
    auto const loci = open({.directory = directory.path(),
                            .embedder = &embedder,
                            .environment = &given,
                            .memory_budget = 1})
                          .value();
    auto const of_tenant = [&](int number) {
        return loci.in({.tenant = "tenant" + std::to_string(number), .user = "alice"});
    };
    for (int round = 1; round <= 3; ++round) {
        for (int number = 0; number < tenants; ++number) {
            auto const note = "note of " + std::to_string(number);
            REQUIRE(of_tenant(number).write({.content = note}));
            auto const found = of_tenant(number).recall({.query = "note", .limit = 100}).value();
            CHECK(found.hits.size() == static_cast<std::size_t>(round));
            for (auto const& hit : found) {
                CHECK(hit.memory.content == note);
            }
        }
    }
    auto const index = loci.memory().index_statistics();
    CHECK(index.owners == 1);
    CHECK(index.evictions >= static_cast<std::uint64_t>(3 * tenants - 1));
}
