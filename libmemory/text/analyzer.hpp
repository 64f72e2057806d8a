#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace loci::text {

/// A text as the word channel and the word table see it.
struct Analysis {
    /// Content stems in order, stop words dropped: segmented, folded (NFKC case folding, marks of
    /// Latin, Greek, Cyrillic and Hebrew letters removed), stemmed by script or language,
    /// irregular forms of English by their base. Runs of Han and kana give single ideographs and
    /// overlapping pairs, Hangul gives overlapping pairs, so that any word that a user types is
    /// found. An emoji is a stem.
    ///
    /// A stem has 1 to 64 code points and no ASCII punctuation, white space or control character.
    std::vector<std::string> stems;
};

/// Analyses well-formed UTF-8. `language` is a BCP 47 tag; empty: the stemmer follows the script
/// (Latin: English). If every word is a stop word, the stop words are kept: "to be or not to be"
/// can be found.
///
/// Threads: may be called from any thread at once.
Analysis analyze(std::string_view text, std::string_view language = {});

/// The text by which equality is judged: NFKC case folded, white space runs as one space, trimmed.
std::string fold(std::string_view text);

/// Stems as stored in `revision.stems`: each ends with a line feed, so the blob of no stems is
/// empty.
std::string join_stems(std::vector<std::string> const& stems);
std::vector<std::string_view> split_stems(std::string_view blob);

} // namespace loci::text
