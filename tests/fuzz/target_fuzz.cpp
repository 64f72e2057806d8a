#include "api/owner.hpp"
#include "api/target.hpp"
#include "fuzz_input.hpp"

#include <loci/base/utf8.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const target = loci::server::parse_target(loci::fuzz::as_text(data, size));
    if (!target) {
        return 0;
    }
    for (auto const& segment : target->segments) {
        loci::fuzz::require(loci::is_utf8(segment));
    }
    auto const owner = loci::server::owner_of(target->segments, size % 2 == 0,
                                              loci::server::ServedDialects::all());
    loci::fuzz::require(owner.mount <= target->segments.size());
    return 0;
}
