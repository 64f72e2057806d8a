#pragma once
#include <string_view>

namespace loci::consolidation {

/// True for words that turn what a sentence says: negations, conditions, restrictions, verbs of
/// ending and refusing, and numbers written out. Case folded; languages are not told apart, since
/// short texts often do not say theirs.
bool turns_meaning(std::string_view word) noexcept;

/// The same for a letter of Chinese, Japanese or Korean, where a word is not known from its end.
/// Cautious: it is true for some that are harmless in other words.
bool turns_meaning(char32_t letter) noexcept;

} // namespace loci::consolidation
