#include "fuzz_input.hpp"
#include "text/analyzer.hpp"

#include <loci/base/utf8.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = loci::fuzz::as_text(data, size);
    if (!loci::is_utf8(text)) {
        return 0;
    }
    auto const analysis = loci::text::analyze(text);
    auto const stored = loci::text::join_stems(analysis.stems);
    auto const read = loci::text::split_stems(stored);
    loci::fuzz::require(
        std::equal(read.begin(), read.end(), analysis.stems.begin(), analysis.stems.end()));
    for (auto const& stem : analysis.stems) {
        loci::fuzz::require(!stem.empty() && loci::is_utf8(stem));
    }
    auto const folded = loci::text::fold(text);
    loci::fuzz::require(loci::text::fold(folded) == folded);
    return 0;
}
