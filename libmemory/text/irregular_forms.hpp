#pragma once
#include <string_view>

namespace loci::text {

/// The base form of an English word that is inflected against the rules (`went`: go, `children`:
/// child), which no stemmer sees; the word itself where there is none. Source: the exception lists
/// of WordNet's verbs and nouns, verbs first; single words of ASCII letters, in lower case.
std::string_view base_form(std::string_view word);

} // namespace loci::text
