#pragma once
#include <loci/memory/vector_index.hpp>
#include <memory>

namespace loci::index {

/// Compares the question with every allowed vector: always right, and fast enough up to some
/// hundred thousand vectors.
std::unique_ptr<memory::VectorIndex> exact_index(std::size_t dimension);

} // namespace loci::index
