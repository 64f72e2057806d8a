#pragma once
#include <cstddef>

/// Inner products by the widest instructions that the machine has. The packaged FAISS is a scalar
/// build and ten times slower.
namespace loci::index {

enum class Instructions { baseline, avx2, avx512 };

/// The widest that this machine can run.
Instructions best_instructions() noexcept;

/// Sum of `left[i] * right[i]`; the same operands give the same result wherever they lie.
using InnerProduct = float (*)(float const* left, float const* right, std::size_t count) noexcept;

/// `instructions` must be within `best_instructions()`.
InnerProduct inner_product(Instructions instructions) noexcept;

} // namespace loci::index
