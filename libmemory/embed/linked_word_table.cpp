// LOCI_WORD_TABLE_FILE is the path that the build gives.

#include "embed/word_table.hpp"

#include <base/link_file.hpp>

LOCI_LINK_FILE(loci_word_table, LOCI_WORD_TABLE_FILE);

namespace loci::embed {

std::span<std::byte const> linked_word_table() noexcept {
    return {loci_word_table_begin, loci_word_table_end};
}

WordTable const& linked_table() {
    static WordTable const table = WordTable::parse(linked_word_table()).value();
    return table;
}

} // namespace loci::embed
