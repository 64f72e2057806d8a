#include "embed/safetensors.hpp"
#include "fuzz_input.hpp"

#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    // A copy of exact size, so that a read past its end is seen.
    std::vector<std::uint8_t> const copy(data, data + size);
    auto const file = std::as_bytes(std::span{copy});
    auto const parsed = loci::embed::Safetensors::parse(file);
    if (!parsed) {
        return 0;
    }
    for (auto const& [name, tensor] : parsed->tensors()) {
        std::size_t count = 1;
        for (auto const extent : tensor.shape) {
            count *= extent;
        }
        loci::fuzz::require(tensor.bytes.size() <= size);
        if (tensor.is_real() && count > 0) {
            std::vector<float> numbers(count);
            tensor.real(0, numbers);
        }
        if (tensor.is_integer() && count > 0) {
            static_cast<void>(tensor.integer(count - 1));
        }
    }
    return 0;
}
