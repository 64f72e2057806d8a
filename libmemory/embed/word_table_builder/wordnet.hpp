#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace loci::embed {

/// A sense: the words that share it, its links to other senses, its definition with examples.
struct Synset {
    struct Link {
        std::string kind; ///< WordNet's pointer symbol, e.g. `@` for hypernym
        std::size_t target;
    };

    std::vector<std::string> lemmas; ///< as written; words of a compound are joined by `_`
    std::vector<Link> links;
    std::string gloss;
};

/// Reads data.noun, data.verb, data.adj and data.adv, in this order.
/// Throws std::runtime_error where a file is missing or not as documented (wndb(5WN)).
std::vector<Synset> read_wordnet(std::filesystem::path const& folder);

} // namespace loci::embed
