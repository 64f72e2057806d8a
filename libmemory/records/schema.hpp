#pragma once
#include <loci/store/database.hpp>
#include <span>

namespace loci::memory {

/// The tables of component `memory`, step by step. Column notes are in `schema.cpp`.
std::span<store::Migration const> schema() noexcept;

} // namespace loci::memory
