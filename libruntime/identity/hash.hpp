#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace loci::runtime {

using Hash = std::array<std::byte, 32>;

/// SHA-256.
Hash hash_of(std::string_view text);

/// Comparison whose time does not depend on the contents.
bool equal_in_constant_time(std::span<std::byte const> a, std::span<std::byte const> b) noexcept;

} // namespace loci::runtime
