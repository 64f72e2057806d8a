#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace loci::text {

/// NFKC case folding, default ignorable code points removed. Non-starters beyond the thirtieth in
/// a row are dropped, as Unicode's stream-safe format has it: sorting them would take quadratic
/// time.
std::string case_fold(std::string_view text);

/// Without the marks of Latin, Greek, Cyrillic and Hebrew letters and of digits; letters with a
/// stroke or ligature that have no decomposition (ø, ł, æ …) become their plain look-alikes.
std::string strip_marks(std::string_view word);

bool is_ascii(std::string_view text) noexcept;

/// Decodes the code point at `position`, which must lie within `text`, and moves behind it.
/// Malformed bytes give U+FFFD.
char32_t next_code_point(std::string_view text, std::size_t& position) noexcept;

/// Appends one code point as UTF-8.
void append_code_point(std::string& text, char32_t code_point);

} // namespace loci::text
