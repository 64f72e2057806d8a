#pragma once
#include <loci/store/database.hpp>
#include <span>

namespace loci::runtime {

std::span<store::Migration const> schema() noexcept;

} // namespace loci::runtime
