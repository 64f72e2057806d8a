#pragma once
#include <lexicon/noun_hierarchy.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace loci::recall {

/// What a question asks for several of: `instruments` in "What instruments does Ann play?".
struct ListedNoun {
    std::vector<std::string> stems;     ///< of the noun itself, which is no answer
    std::vector<lexicon::Sense> senses; ///< what an answer is a kind of
    bool operator==(ListedNoun const&) const = default;
};

/// The noun in the plural after `what`, `which` or `how many`, with `kinds of` and the like left
/// out; nothing where there is none, or one that holds nearly everything (`things`). `words`: as
/// `plain_words`. Wording is English.
std::optional<ListedNoun> listed_noun(std::vector<std::string> const& words);

/// For each text, how narrow and how rare among the texts the best word or compound of two is that
/// names a kind of what is asked for, as a share of the best text's; 0 where there is none.
/// `speakers`: words that are names here, sorted.
std::vector<double> noun_agreement(ListedNoun const& listed,
                                   std::vector<std::string> const& speakers,
                                   std::span<std::string const> texts);

} // namespace loci::recall
