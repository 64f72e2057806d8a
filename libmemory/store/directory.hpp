#pragma once
#include <filesystem>
#include <loci/base/result.hpp>
#include <loci/store/transaction.hpp>
#include <utility>

namespace loci::store {

/// An open file of the operating system.
class FileHandle {
public:
    explicit FileHandle(int descriptor = -1) noexcept
        : descriptor_(descriptor) {}

    FileHandle(FileHandle&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)) {}

    FileHandle& operator=(FileHandle&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }

    ~FileHandle();

    int get() const noexcept { return descriptor_; }

    explicit operator bool() const noexcept { return descriptor_ >= 0; }

private:
    int descriptor_;
};

/// The failure that `errno` tells of, as `unavailable`.
Error file_error(char const* what);

/// Makes the directory, closed to other users, and the parents that are missing.
Result<Done> make_directory(std::filesystem::path const& directory);

/// Takes the kernel's lock on the directory, which ends with the handle or the process.
Result<FileHandle> lock_directory(std::filesystem::path const& directory);

/// Makes what was written to a file, or the names within a directory, durable.
Result<Done> sync_path(std::filesystem::path const& path);

/// Lets the system fetch a whole file that is about to be read. Returns before it has. Only a hint:
/// nothing can fail.
void read_ahead(int descriptor) noexcept;

/// Makes an empty file that only its owner may read, unless there is one already.
Result<Done> make_private_file(std::filesystem::path const& file, bool must_be_new);

} // namespace loci::store
