#include <catch2/catch.hpp>
#include <recall/fusion.hpp>

using namespace loci::recall;

TEST_CASE("channels are scaled by their best, cut at 0, weighted and added", "[recall][fusion]") {
    std::vector<ChannelScores> const channels{{1.0, {4.0, 2.0, 0.0, -8.0}},
                                              {0.8, {0.1, 0.5, 0.25, -0.5}}};
    auto const fused = fuse(channels);
    REQUIRE(fused.scaled.size() == 2);
    CHECK(fused.scaled[0] == std::vector{1.0, 0.5, 0.0, 0.0});
    CHECK(fused.scaled[1] == std::vector{0.2, 1.0, 0.5, 0.0});
    CHECK(fused.scores[0] == Approx(1.16));
    CHECK(fused.scores[1] == Approx(1.3));
    CHECK(fused.scores[2] == Approx(0.4));
    CHECK(fused.scores[3] == 0.0);
}

TEST_CASE("a channel that found nothing adds nothing", "[recall][fusion]") {
    std::vector<ChannelScores> const channels{{1.0, {0.0, -1.0}}, {0.8, {0.5, 0.25}}};
    auto const fused = fuse(channels);
    CHECK(fused.scaled[0] == std::vector{0.0, 0.0});
    CHECK(fused.scores == std::vector{0.8, 0.4});
    CHECK(fuse({}).scores.empty());
    std::vector<ChannelScores> const nobody{{1.0, {}}};
    CHECK(fuse(nobody).scores.empty());
}

TEST_CASE("ranks count from 1, leave out what was not found, and keep the order of equals",
          "[recall][fusion]") {
    CHECK(ranks({2.0, 0.0, 5.0, 2.0}, {3, 2, 1, 0}) == std::vector{3, 0, 1, 2});
    CHECK(ranks({2.0, 2.0}, {0, 1}) == std::vector{1, 2});
    CHECK(ranks({}, {}).empty());
}
