#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Lists as one JSON array, the form in which SQL takes them (`json_each`).
namespace loci::index {

std::string json_list(std::span<std::string_view const> texts);
std::string json_list(std::span<std::int64_t const> numbers);

} // namespace loci::index
