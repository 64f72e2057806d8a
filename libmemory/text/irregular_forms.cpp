#include "text/irregular_forms.hpp"

#include <unordered_map>

namespace loci::text {

// Every word that is written or asked for is looked up.
std::string_view base_form(std::string_view word) {
    static std::unordered_map<std::string_view, std::string_view> const irregular_forms{
#include "irregular_forms.inc"
    };
    auto const known = irregular_forms.find(word);
    return known == irregular_forms.end() ? word : known->second;
}

} // namespace loci::text
