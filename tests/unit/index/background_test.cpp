#include <atomic>
#include <catch2/catch.hpp>
#include <index/background.hpp>
#include <latch>
#include <stdexcept>
#include <string>

using namespace loci::index;

TEST_CASE("jobs take turns until they are done", "[index][background]") {
    Background background;
    std::string order;
    auto const job = [&](char name, int steps) {
        background.add([&order, name, steps](std::stop_token const&) mutable {
            order += name;
            return --steps > 0;
        });
    };
    job('a', 3);
    job('b', 1);
    job('c', 2);
    background.run_all();
    CHECK(order == "abcaca");
    background.run_all();
    CHECK(order == "abcaca");
}

TEST_CASE("a job that throws is dropped, others go on", "[index][background]") {
    Background background;
    int calls = 0;
    background.add([](std::stop_token const&) -> bool { throw std::runtime_error{"fails"}; });
    background.add([&](std::stop_token const&) { return ++calls < 2; });
    background.run_all();
    CHECK(calls == 2);
}

TEST_CASE("a thread of its own runs what is added, and ends with the object",
          "[index][background]") {
    std::latch begun{1};
    std::atomic<bool> stopped = false;
    {
        Background background;
        background.start();
        std::latch done{1};
        background.add([&](std::stop_token const&) {
            done.count_down();
            return false;
        });
        done.wait();
        background.run_all();
        background.add([&](std::stop_token const& stop) {
            begun.count_down();
            while (!stop.stop_requested()) {
                std::this_thread::yield();
            }
            stopped = true;
            return true;
        });
        begun.wait();
    }
    CHECK(stopped);
}
