// The table's bytes become part of the read-only data, so that a program maps them from its own
// file and copies nothing. LOCI_WORD_TABLE_FILE is the path that the build gives.

#include "embed/word_table.hpp"

// clang-format off
__asm__(
    ".pushsection .rodata\n"
    ".balign 64\n"
    ".hidden loci_word_table_begin\n"
    ".globl loci_word_table_begin\n"
    "loci_word_table_begin:\n"
    ".incbin \"" LOCI_WORD_TABLE_FILE "\"\n"
    ".hidden loci_word_table_end\n"
    ".globl loci_word_table_end\n"
    "loci_word_table_end:\n"
    ".byte 0\n"
    ".popsection\n");
// clang-format on

extern "C" {
extern std::byte const loci_word_table_begin[];
extern std::byte const loci_word_table_end[];
}

namespace loci::embed {

std::span<std::byte const> linked_word_table() noexcept {
    return {loci_word_table_begin, loci_word_table_end};
}

WordTable const& linked_table() {
    static WordTable const table = WordTable::parse(linked_word_table()).value();
    return table;
}

} // namespace loci::embed
