#include "support/manual_clock.hpp"

#include <catch2/catch.hpp>
#include <cli/progress.hpp>
#include <sstream>

namespace loci::cli {
namespace {

TEST_CASE("a progress line shows a bar, a share and a count", "[cli][progress]") {
    CHECK(progress_line(0, 10, "lines") == "[>" + std::string(29, ' ') + "]   0 %  0 of 10 lines");
    CHECK(progress_line(5, 10, "lines") ==
          "[" + std::string(15, '=') + ">" + std::string(14, ' ') + "]  50 %  5 of 10 lines");
    CHECK(progress_line(10, 10, "lines") == "[" + std::string(30, '=') + "] 100 %  10 of 10 lines");
    CHECK(progress_line(12, 10, "lines").find("100 %") != std::string::npos);
    CHECK(progress_line(7, std::nullopt, "lines") == "7 lines");
}

TEST_CASE("nothing is drawn but on a terminal", "[cli][progress]") {
    std::ostringstream out;
    tests::ManualClock const clock;
    {
        Progress progress{out, false, clock, "lines", 10};
        progress.show(5);
    }
    CHECK(out.str().empty());
}

TEST_CASE("the line is drawn ten times a second at most, and removed", "[cli][progress]") {
    std::ostringstream out;
    tests::ManualClock clock;
    {
        Progress progress{out, true, clock, "lines", 10};
        for (std::uint64_t done = 0; done < 5; ++done) {
            progress.show(done);
        }
        CHECK(out.str() == "\r\x1b[K" + progress_line(0, 10, "lines"));
        clock.advance(std::chrono::milliseconds{100});
        progress.show(5);
        CHECK(out.str().ends_with(progress_line(5, 10, "lines")));
    }
    CHECK(out.str().ends_with("\r\x1b[K"));
}

} // namespace
} // namespace loci::cli
