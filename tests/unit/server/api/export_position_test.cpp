#include "api/memesh/export.hpp"

#include <catch2/catch.hpp>
#include <limits>

using loci::server::memesh::ExportPosition;
using loci::server::memesh::parse_export_position;

TEST_CASE("an event's id says where to go on", "[api][export]") {
    CHECK(parse_export_position("912:0") == ExportPosition{912, 0});
    CHECK(parse_export_position("912:17") == ExportPosition{912, 17});
    CHECK(parse_export_position("912:end") ==
          ExportPosition{912, std::numeric_limits<std::int64_t>::max()});
}

TEST_CASE("anything else is no position", "[api][export]") {
    for (auto const* id :
         {"", ":", "912", "912:", ":17", "912:17:1", "912:-1", "-1:0", "a:b", "912:END", " 912:17",
          "912:17 ", "9223372036854775808:0", "1:1e3", "912:+1"}) {
        CAPTURE(id);
        CHECK_FALSE(parse_export_position(id));
    }
}
