#pragma once
#include "index/kernel.hpp"

#include <cstddef>
#include <memory>

namespace loci::index {

/// Asks for huge pages for memory that will be read here and there, and was not written yet: with
/// small ones each read costs a walk through page tables too.
void prefer_huge_pages(void* memory, std::size_t bytes) noexcept;

struct FreeHalves {
    void operator()(Half* memory) const noexcept;
};

using Halves = std::unique_ptr<Half[], FreeHalves>;

/// Zeros; on huge pages when they are many.
Halves make_halves(std::size_t count);

} // namespace loci::index
