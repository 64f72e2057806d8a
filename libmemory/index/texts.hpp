#pragma once
#include "index/strings.hpp"
#include "index/tag_lists.hpp"

namespace loci::index {

/// The texts of a partition's rows.
struct Texts {
    Strings strings;
    TagLists tag_lists;
};

} // namespace loci::index
