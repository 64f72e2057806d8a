#pragma once
#include <cstddef>
#include <filesystem>
#include <loci/base/result.hpp>
#include <span>

namespace loci::embed {

/// A file's bytes, mapped for reading. The file must not be cut short while this lives.
///
/// Threads: const functions may be called at once.
class MappedFile {
public:
    /// Errors: `not_found` (`MODEL_NOT_FOUND`), `unavailable` (`MODEL_UNREADABLE`).
    static Result<MappedFile> open(std::filesystem::path const& path);

    MappedFile() = default;
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    std::span<std::byte const> bytes() const noexcept { return bytes_; }

private:
    std::span<std::byte const> bytes_;
};

} // namespace loci::embed
