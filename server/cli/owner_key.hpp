#pragma once
#include <filesystem>
#include <loci/base/result.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <string>

namespace loci::cli {

/// `DIR/owner.key`: the secret of the owner's key, readable by its owner alone.
std::filesystem::path owner_key_file(std::filesystem::path const& directory);

/// The key in a file: its first line. Nullopt when there is no such file.
/// Errors: `unavailable` (it cannot be read), `invalid` (it is empty).
Result<std::optional<std::string>> read_key_file(std::filesystem::path const& file);

/// Replaces the file atomically and durably, with mode 0600.
Result<store::Done> write_owner_key(std::filesystem::path const& directory,
                                    std::string const& secret);

} // namespace loci::cli
