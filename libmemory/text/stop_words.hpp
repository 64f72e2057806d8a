#pragma once
#include <string_view>

namespace loci::text {

/// True for words that say nothing about what a text is about. `word` is case folded, its
/// apostrophes are straight. Languages without a list have none.
bool is_stop_word(std::string_view word, std::string_view language) noexcept;

} // namespace loci::text
