#pragma once
#include <loci/memory/memory.hpp>
#include <records/mutation.hpp>
#include <records/prepare.hpp>
#include <span>

namespace loci::memory {

/// Stores prepared items.
BatchResult write_items(Mutation& mutation, std::span<PreparedItem const> items,
                        WriteOptions options);

} // namespace loci::memory
