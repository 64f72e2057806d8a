#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace loci::fuzz {

inline std::string_view as_text(std::uint8_t const* data, std::size_t size) {
    return {reinterpret_cast<char const*>(data), size};
}

/// A property that must hold for every input; breaking it is what the fuzzer looks for.
inline void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace loci::fuzz
