#include "embed/word_table.hpp"
#include "fuzz_input.hpp"

#include <cstring>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::vector<float> aligned(size / sizeof(float) + 1);
    std::memcpy(aligned.data(), data, size);
    auto const table = loci::embed::WordTable::parse(std::as_bytes(std::span{aligned}).first(size));
    if (table && table->size() > 0) {
        loci::fuzz::require(table->find(table->stem(0)).has_value());
    }
    return 0;
}
