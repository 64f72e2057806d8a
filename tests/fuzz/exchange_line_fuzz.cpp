#include "fuzz_input.hpp"

#include <loci/memory/exchange.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const item = loci::memory::parse_exchange_line(loci::fuzz::as_text(data, size));
    loci::fuzz::require(item.has_value() || !item.error().reason.empty());
    return 0;
}
