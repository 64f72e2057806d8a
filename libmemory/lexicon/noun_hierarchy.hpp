#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/base/result.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::lexicon {

/// A sense of a noun, as WordNet counts senses: nouns that share one are synonyms.
using Sense = std::uint32_t;

/// English nouns and which of them are kinds of which (a cello is an instrument, Rome a city), read
/// in place from the bytes of a file; noun_hierarchy.cpp has the layout.
///
/// Threads: const functions may be called at once. Lifetime: the bytes must outlive the hierarchy.
class NounHierarchy {
public:
    /// Checks that the layout fits the size. `bytes` must be aligned for integers, and must come
    /// from `write_noun_hierarchy`: what they say is not checked. Errors: `corrupt`.
    static Result<NounHierarchy> parse(std::span<std::byte const> bytes);

    /// The hierarchy that is linked into the library.
    static NounHierarchy const& linked();

    /// The senses of a noun in lower case, in whatever inflection, the commonest first; the words
    /// of a compound of two are joined by `_`. Empty: not a noun, as far as is known.
    std::span<Sense const> senses(std::string_view noun) const;

    /// What a sense is directly a kind or an instance of.
    std::span<Sense const> hypernyms(Sense sense) const noexcept;

    /// How many senses lie below, with the sense itself.
    std::size_t descendants(Sense sense) const noexcept { return descendants_[sense]; }

    /// Near 0 for a sense that holds most others, near 1 for one that holds no other.
    double narrowness(Sense sense) const noexcept;

    std::size_t size() const noexcept { return descendants_.size(); }

private:
    std::string_view noun(std::size_t index) const noexcept;
    std::span<Sense const> find(std::string_view noun) const noexcept;

    std::span<std::uint32_t const> buckets_;
    std::span<std::uint32_t const> offsets_;
    std::span<std::uint32_t const> first_meanings_;
    std::span<Sense const> meanings_;
    std::span<std::uint32_t const> first_hypernyms_;
    std::span<Sense const> hypernyms_;
    std::span<std::uint32_t const> descendants_;
    std::string_view nouns_;
};

/// What a hierarchy is written from.
struct NounHierarchyContent {
    struct Noun {
        std::string text;          ///< or an irregular form of it
        std::vector<Sense> senses; ///< the commonest first
    };

    std::vector<Noun> nouns;                   ///< each once
    std::vector<std::vector<Sense>> hypernyms; ///< by sense, without cycles
};

/// The bytes of a hierarchy file. Equal content gives equal bytes.
std::vector<std::byte> write_noun_hierarchy(NounHierarchyContent content);

} // namespace loci::lexicon
