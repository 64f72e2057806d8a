#pragma once
#include <loci/memory/near_duplicate.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace loci::consolidation {

struct StatementWord {
    std::string stem;
    double weight = 1;
    bool is_telling = false; ///< turns the meaning, or names something
    bool operator==(StatementWord const&) const = default;
};

/// The words of a text in their order, with everything that `compare_words` looks at.
using Statement = std::vector<StatementWord>;

Statement read_statement(std::string_view text, std::string_view language);

memory::WordAgreement compare(Statement const& first, Statement const& second);

} // namespace loci::consolidation
