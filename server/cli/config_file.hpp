#pragma once
#include "cli/settings.hpp"

#include <filesystem>
#include <loci/base/result.hpp>

namespace loci::cli {

/// Reads a TOML file of settings. Errors: `not_found`, `invalid` (not TOML; an unknown setting,
/// named).
Result<GivenSettings> read_config_file(std::filesystem::path const& file);

} // namespace loci::cli
