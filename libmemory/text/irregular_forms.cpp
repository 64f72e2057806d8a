#include "text/irregular_forms.hpp"

#include <algorithm>
#include <iterator>

namespace loci::text {
namespace {

struct IrregularForm {
    std::string_view form;
    std::string_view base;
};

constexpr IrregularForm irregular_forms[] = {
#include "irregular_forms.inc"
};

constexpr bool before(IrregularForm const& one, IrregularForm const& other) noexcept {
    return one.form < other.form;
}

static_assert(std::is_sorted(std::begin(irregular_forms), std::end(irregular_forms), before));

} // namespace

std::string_view base_form(std::string_view word) noexcept {
    auto const place = std::lower_bound(std::begin(irregular_forms), std::end(irregular_forms),
                                        IrregularForm{word, {}}, before);
    return place != std::end(irregular_forms) && place->form == word ? place->base : word;
}

} // namespace loci::text
