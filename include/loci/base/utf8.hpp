#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace loci {

/// True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF).
bool is_utf8(std::string_view text) noexcept;

/// Number of code points. `text` must be well-formed.
std::size_t count_code_points(std::string_view text) noexcept;

/// The first `code_points` code points of `text`, which must be well-formed.
std::string_view first_code_points(std::string_view text, std::size_t code_points) noexcept;

/// Without white space (Unicode property White_Space) at both ends.
std::string_view trim(std::string_view text) noexcept;

} // namespace loci
