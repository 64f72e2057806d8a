#pragma once
#include "embed/word_table.hpp"
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::embed {

/// The table's own weight, or that of unknown words.
double fixed_weight(WordTable const& table, std::string_view stem);

/// Weighted sum of the stems' vectors, repeated stems counting by the logarithm of their number;
/// the table's component taken out; of length 1. Depends on which stems there are and how often,
/// not on their order. Empty where there are no stems, or where they cancel out.
///
/// A stem that the table lacks has a direction of its own, drawn from a hash.
std::vector<float> sentence_vector(WordTable const& table, std::span<std::string const> stems,
                                   std::function<double(std::string_view)> const& weight);

} // namespace loci::embed
