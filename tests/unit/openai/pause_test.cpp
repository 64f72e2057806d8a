#include <catch2/catch.hpp>
#include <openai/pause.hpp>
#include <support/manual_clock.hpp>

using namespace std::chrono_literals;
using loci::openai::Pause;
using loci::tests::ManualClock;

TEST_CASE("a server that answers is never left alone", "[openai][pause]") {
    ManualClock const clock;
    Pause pause{clock};
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(pause.enter());
        pause.leave(true);
    }
}

TEST_CASE("after a failure one caller tries, later and later", "[openai][pause]") {
    ManualClock clock;
    Pause pause{clock};
    CHECK_FALSE(pause.enter());
    for (auto const length : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        pause.leave(false);
        clock.advance(length - 1us);
        REQUIRE(pause.enter());
        CHECK(pause.enter()->reason == "MODEL_SERVER_PAUSED");
        clock.advance(1us);
        CHECK_FALSE(pause.enter()); // this one tries,
        CHECK(pause.enter());       // nobody else meanwhile
    }
    pause.leave(true);
    CHECK_FALSE(pause.enter());
    CHECK_FALSE(pause.enter());
}
