#pragma once
#include "embed/word_table_builder/wordnet.hpp"
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace loci::embed {

using StemId = std::uint32_t;

/// WordNet with stems, as the library makes them at run time, in place of words.
struct StemmedWordnet {
    struct Sense {
        std::vector<StemId> lemmas; ///< single words only; a stem may come twice
        std::vector<StemId> gloss;  ///< in order, with repetitions
        std::vector<Synset::Link> links;
    };

    std::vector<std::string> stems; ///< by id, in order of first appearance
    std::vector<Sense> senses;
};

StemmedWordnet stem_wordnet(std::vector<Synset> synsets);

/// Each value once, in order of first appearance.
std::vector<StemId> distinct(std::vector<StemId> const& stems);

} // namespace loci::embed
