#include "index/selection.hpp"

#include <algorithm>
#include <vector>

namespace loci::index {
namespace {

/// So many numbers are compared one by one; more are looked up in a table.
constexpr std::size_t few = 4;

} // namespace

void Selection::keep_choice(Column<std::uint32_t> const& column, TextChoice const& choice) {
    if (!choice.restricted) {
        return;
    }
    std::vector<std::uint32_t> wanted;
    auto const add = [&](std::uint32_t number) {
        if (column.low() <= number && number <= column.high()) {
            wanted.push_back(number);
        }
    };
    std::ranges::for_each(choice.numbers, add);
    if (choice.unset) {
        add(0);
    }
    if (wanted.empty()) {
        clear();
    } else if (column.values() == nullptr) {
        return; // the one value is wanted
    } else if (wanted.size() <= few) {
        std::array<std::uint32_t, few> numbers{};
        numbers.fill(wanted.front());
        std::ranges::copy(wanted, numbers.begin());
        if (wanted.size() == 1) {
            keep(column, [one = wanted.front()](std::uint32_t value) { return value == one; });
        } else {
            keep(column, [numbers](std::uint32_t value) {
                auto const first = value == numbers[0] || value == numbers[1];
                return first || value == numbers[2] || value == numbers[3];
            });
        }
    } else {
        std::vector<std::uint8_t> table(std::size_t{column.high()} + 1);
        for (auto const number : wanted) {
            table[number] = 1;
        }
        keep(column, [&](std::uint32_t value) { return table[value] != 0; });
    }
}

} // namespace loci::index
