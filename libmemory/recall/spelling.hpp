#pragma once
#include "recall/question.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace loci::recall {

/// In how many memories asked each of these stems occurs, in their order.
using CountDocuments = std::function<std::vector<std::int64_t>(std::vector<std::string> const&)>;

/// The question's text with misspelt words put right; nothing where none is. A word counts as
/// misspelt if no memory asked has it, nor WordNet, and it becomes the most frequent one that
/// memories have at one slip's distance (a letter added, lost, replaced, or two swapped; Damerau
/// 1964). Words of 5 to 24 ASCII letters outside quotes, at most 3 a question.
std::optional<std::string> mend_spelling(Question const& question,
                                         std::vector<std::string> const& languages,
                                         CountDocuments const& count);

} // namespace loci::recall
