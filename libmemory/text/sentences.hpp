#pragma once
#include <string_view>
#include <vector>

namespace loci::text {

/// The sentences of well-formed UTF-8, by Unicode's rules and ICU's lists of abbreviations; a line
/// break ends one. Without white space at either end; none is empty. One of more than 600 bytes is
/// divided between words.
///
/// `language` is a BCP 47 tag; empty: English.
///
/// Threads: may be called from any thread at once.
std::vector<std::string_view> sentences(std::string_view text, std::string_view language = {});

} // namespace loci::text
