// LOCI_NOUN_HIERARCHY_FILE is the path that the build gives.

#include "lexicon/noun_hierarchy.hpp"

#include <base/link_file.hpp>

LOCI_LINK_FILE(loci_noun_hierarchy, LOCI_NOUN_HIERARCHY_FILE);

namespace loci::lexicon {

NounHierarchy const& NounHierarchy::linked() {
    static NounHierarchy const hierarchy =
        parse({loci_noun_hierarchy_begin, loci_noun_hierarchy_end}).value();
    return hierarchy;
}

} // namespace loci::lexicon
