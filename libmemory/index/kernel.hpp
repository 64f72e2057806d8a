#pragma once
#include <cstddef>
#include <cstdint>

/// Vectors as half floats (IEEE 754 binary16), and inner products with them by the widest
/// instructions that the machine has. The packaged FAISS is a scalar build and ten times slower.
namespace loci::index {

/// The bits of one half float.
using Half = std::uint16_t;

enum class Instructions { baseline, avx2, avx512 };

/// The widest that this machine can run.
Instructions best_instructions() noexcept;

/// The same operands give the same result wherever they lie. All instruction sets encode alike;
/// their products differ by rounding.
struct Kernel {
    /// Rounds to the nearest half float, ties to even.
    void (*encode)(float const* numbers, Half* code, std::size_t count) noexcept;
    void (*decode)(Half const* code, float* numbers, std::size_t count) noexcept;
    /// Sum of `question[i] * code[i]`.
    float (*product)(float const* question, Half const* code, std::size_t count) noexcept;
};

/// `instructions` must be within `best_instructions()`.
Kernel const& kernel(Instructions instructions) noexcept;

} // namespace loci::index
