#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace loci::memory {

/// A list of texts as one JSON array: the form of `revision.tags`, and of lists given to SQL.
std::string text_list(std::vector<std::string> const& texts);

/// Reads what `text_list` wrote.
std::vector<std::string> parse_text_list(std::string_view json);

/// A list of numbers as one JSON array, to be given to SQL.
std::string number_list(std::vector<std::int64_t> const& numbers);

} // namespace loci::memory
