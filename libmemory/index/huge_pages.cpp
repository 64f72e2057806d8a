#include "index/huge_pages.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <sys/mman.h>

namespace loci::index {
namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

std::size_t round_up(std::size_t number) noexcept {
    return (number + huge_page - 1) / huge_page * huge_page;
}

} // namespace

// Whole huge pages within the range; where they cannot be had, all is as well but for speed.
void prefer_huge_pages(void* memory, std::size_t bytes) noexcept {
    auto const begin = reinterpret_cast<std::uintptr_t>(memory);
    auto const first = round_up(begin) - begin;
    if (first < bytes && bytes - first >= huge_page) {
        static_cast<void>(::madvise(static_cast<std::byte*>(memory) + first,
                                    (bytes - first) / huge_page * huge_page, MADV_HUGEPAGE));
    }
}

void FreeHalves::operator()(Half* memory) const noexcept {
    std::free(memory);
}

Halves make_halves(std::size_t count) {
    auto const bytes = count * sizeof(Half);
    auto const is_large = bytes >= huge_page;
    Halves halves{static_cast<Half*>(is_large ? std::aligned_alloc(huge_page, round_up(bytes))
                                              : std::malloc(bytes))};
    if (!halves) {
        throw std::bad_alloc{};
    }
    prefer_huge_pages(halves.get(), bytes);
    std::fill_n(halves.get(), count, Half{0});
    return halves;
}

} // namespace loci::index
