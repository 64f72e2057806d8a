#include <loci/base/environment.hpp>

#include <catch2/catch.hpp>

namespace {

using namespace loci;

TEST_CASE("the system's environment is made once", "[base][environment]") {
    auto const first = system_environment();
    auto const second = system_environment();
    CHECK(&first.clock == &second.clock);
    CHECK(&first.random == &second.random);
    CHECK(&first.ids == &second.ids);
    CHECK(&first.transport == &second.transport);
    CHECK(first.ids.random() != second.ids.random());
}

} // namespace
