#pragma once
#include <filesystem>
#include <loci/base/result.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <string>

namespace loci::store {

/// What the owner of a data directory tells other processes, in `DIR/server.json` (mode 0600).
struct ServerFile {
    std::int64_t pid = 0;
    std::string url;                          ///< e.g. `http://127.0.0.1:8787`
    std::optional<std::string> certificate{}; ///< PEM file to trust, when the URL is https
};

/// Replaces the file atomically.
Result<Done> write_server_file(std::filesystem::path const& directory, ServerFile const& file);

/// Nullopt when there is none. Errors: `corrupt`.
Result<std::optional<ServerFile>> read_server_file(std::filesystem::path const& directory);

void remove_server_file(std::filesystem::path const& directory) noexcept;

/// Whether another process holds the directory's lock now.
bool is_directory_locked(std::filesystem::path const& directory);

} // namespace loci::store
