#include "api/target.hpp"

#include <catch2/catch.hpp>
#include <support/result_text.hpp>

using namespace loci;
using namespace loci::server;

namespace {

using Segments = std::vector<std::string>;

Segments segments_of(std::string_view target) {
    auto const parsed = parse_target(target);
    REQUIRE(parsed);
    return parsed->segments;
}

std::string reason_of(std::string_view target) {
    auto const parsed = parse_target(target);
    REQUIRE_FALSE(parsed);
    return parsed.error().reason;
}

} // namespace

TEST_CASE("a target is split into decoded segments", "[api][target]") {
    CHECK(segments_of("/").empty());
    CHECK(segments_of("/v1/memory/write") == Segments{"v1", "memory", "write"});
    CHECK(segments_of("/v1/agents/caf%C3%A9") == Segments{"v1", "agents", "caf\xC3\xA9"});
    CHECK(segments_of("/a+b") == Segments{"a+b"});
}

TEST_CASE("a leading run of slashes counts as one", "[api][target]") {
    CHECK(segments_of("//v1/memories") == Segments{"v1", "memories"});
    CHECK(segments_of("///api/v2/agents") == Segments{"api", "v2", "agents"});
    CHECK(segments_of("////").empty());
}

TEST_CASE("an escaped slash stays inside its segment", "[api][target]") {
    CHECK(segments_of("/v1/memory/items/a%2Fb") == Segments{"v1", "memory", "items", "a/b"});
    CHECK(segments_of("/%2fv1") == Segments{"/v1"});
    CHECK(segments_of("/a%252Fb") == Segments{"a%2Fb"});
}

TEST_CASE("dots are plain text", "[api][target]") {
    CHECK(segments_of("/v1/../keys/./x") == Segments{"v1", "..", "keys", ".", "x"});
    CHECK(segments_of("/%2e%2e/keys") == Segments{"..", "keys"});
}

TEST_CASE("one trailing empty segment is dropped and noted, inner ones stay", "[api][target]") {
    auto const once = parse_target("/v1/keys/");
    REQUIRE(once);
    CHECK(once->segments == Segments{"v1", "keys"});
    CHECK(once->trailing_slash);
    CHECK(segments_of("/v1/keys//") == Segments{"v1", "keys", ""});
    CHECK(segments_of("/v1//keys") == Segments{"v1", "", "keys"});
    CHECK_FALSE(parse_target("/v1/keys")->trailing_slash);
}

TEST_CASE("a target that is not well formed is refused", "[api][target]") {
    for (auto const* target :
         {"", "*", "v1/keys", "http://host/v1", "/%", "/%4", "/%zz", "/%c3", "/%ff", "/%ed%a0%80",
          "/%c0%af", "/a%00b", "/a%0ab", "/a%7fb", "/ok?x=%", "/ok?x=%ff", "/ok?%zz=1"}) {
        CAPTURE(target);
        CHECK(reason_of(target) == "MALFORMED_TARGET");
    }
}

TEST_CASE("the query keeps order and repetition", "[api][target]") {
    auto const parsed = parse_target("/s?spaces=a&limit=5&spaces=b%2Cc&&flag&empty=&q=a+b%2B%0Ac?");
    REQUIRE(parsed);
    using Pair = std::pair<std::string, std::string>;
    CHECK(parsed->query == std::vector<Pair>{{"spaces", "a"},
                                             {"limit", "5"},
                                             {"spaces", "b,c"},
                                             {"flag", ""},
                                             {"empty", ""},
                                             {"q", "a b+\nc?"}});
}
