#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace loci::text {

/// One of libstemmer's algorithms, or none.
class Stemmer {
public:
    /// The algorithm of `language` (a BCP 47 tag) if it writes the script of `word`, else the usual
    /// one of that script (Latin: English).
    static Stemmer choose(std::string_view word, std::string_view language);

    bool is_english() const noexcept;

    /// Language tag, `en`; empty for none.
    std::string_view language() const noexcept;

    /// Stem of a case-folded word; the word itself where there is no algorithm. One libstemmer
    /// object a thread and language.
    std::string stem(std::string_view word) const;

private:
    explicit Stemmer(std::size_t index) noexcept
        : index_(index) {}

    std::size_t index_;
};

} // namespace loci::text
