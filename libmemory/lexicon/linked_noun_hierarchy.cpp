// The bytes become part of the read-only data, as those of the word table do.
// LOCI_NOUN_HIERARCHY_FILE is the path that the build gives.

#include "lexicon/noun_hierarchy.hpp"

// clang-format off
__asm__(
    ".pushsection .rodata\n"
    ".balign 64\n"
    ".hidden loci_noun_hierarchy_begin\n"
    ".globl loci_noun_hierarchy_begin\n"
    "loci_noun_hierarchy_begin:\n"
    ".incbin \"" LOCI_NOUN_HIERARCHY_FILE "\"\n"
    ".hidden loci_noun_hierarchy_end\n"
    ".globl loci_noun_hierarchy_end\n"
    "loci_noun_hierarchy_end:\n"
    ".byte 0\n"
    ".popsection\n");
// clang-format on

extern "C" {
extern std::byte const loci_noun_hierarchy_begin[];
extern std::byte const loci_noun_hierarchy_end[];
}

namespace loci::lexicon {

NounHierarchy const& NounHierarchy::linked() {
    static NounHierarchy const hierarchy =
        parse({loci_noun_hierarchy_begin, loci_noun_hierarchy_end}).value();
    return hierarchy;
}

} // namespace loci::lexicon
