#include "http/worker_pool.hpp"
#include <atomic>
#include <catch2/catch.hpp>
#include <future>

using loci::server::WorkerPool;

TEST_CASE("places are bounded by threads and queue", "[http][lanes]") {
    WorkerPool pool("test", 2, 3);
    for (int i = 0; i < 5; ++i) {
        CHECK(pool.try_reserve());
    }
    CHECK_FALSE(pool.try_reserve());
    pool.start();
    std::atomic<int> ran{0};
    for (int i = 0; i < 5; ++i) {
        pool.submit([&](bool run) { ran += run ? 1 : 0; });
    }
    pool.stop();
    CHECK(ran == 5);
    CHECK(pool.try_reserve());
}

TEST_CASE("work let in before passes the limit", "[http][lanes]") {
    WorkerPool pool("test", 1, 0);
    CHECK(pool.try_reserve());
    CHECK_FALSE(pool.try_reserve());
    pool.reserve();
    pool.start();
    std::promise<void> first;
    std::promise<void> second;
    pool.submit([&](bool) { first.set_value(); });
    pool.submit([&](bool) { second.set_value(); });
    first.get_future().wait();
    second.get_future().wait();
    pool.stop();
}

TEST_CASE("abandoned work is told so, running work ends", "[http][lanes]") {
    WorkerPool pool("test", 1, 10);
    pool.start();
    std::promise<void> running;
    std::promise<void> release;
    std::atomic<int> ran{0};
    std::atomic<int> told{0};
    auto const count = [&](bool run) { ++(run ? ran : told); };
    REQUIRE(pool.try_reserve());
    pool.submit([&](bool run) {
        running.set_value();
        release.get_future().wait();
        count(run);
    });
    running.get_future().wait();
    for (int i = 0; i < 3; ++i) {
        REQUIRE(pool.try_reserve());
        pool.submit(count);
    }
    CHECK(pool.statistics().queued == 3);
    CHECK(pool.statistics().running == 1);
    pool.abandon();
    CHECK(told == 3);
    release.set_value();
    pool.stop();
    CHECK(ran == 1);
}
