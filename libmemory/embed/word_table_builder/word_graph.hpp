#pragma once
#include "embed/word_table_builder/stemmed_wordnet.hpp"
#include <cstddef>
#include <vector>

namespace loci::embed {

/// Entries of a square sparse matrix, sorted by row, then column, each place once.
struct SparseMatrix {
    struct Entry {
        StemId row;
        StemId column;
        float value;
    };

    std::size_t size = 0;
    std::vector<Entry> entries;
};

/// Positive pointwise mutual information of stems that WordNet links: synonyms, linked senses, and
/// a word with the words of its definition. Contexts count with the power 0.75 of their frequency
/// (Levy, Goldberg and Dagan 2015).
SparseMatrix word_graph(StemmedWordnet const& wordnet);

} // namespace loci::embed
