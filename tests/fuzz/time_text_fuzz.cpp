#include "fuzz_input.hpp"

#include <loci/base/clock.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const instant = loci::parse_rfc3339(loci::fuzz::as_text(data, size));
    if (instant) {
        loci::fuzz::require(loci::parse_rfc3339(loci::format_rfc3339(*instant, 6)) == instant);
    }
    return 0;
}
