#include "store/directory.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <loci/store/server_file.hpp>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace loci::store {
namespace {

constexpr int private_file = 0600;
constexpr int private_directory = 0700;

std::filesystem::path lock_file(std::filesystem::path const& directory) {
    return directory / "lock";
}

Error in_use(std::filesystem::path const& directory) {
    Error error{.kind = ErrorKind::conflict,
                .reason = "DIRECTORY_IN_USE",
                .message = "another process uses the directory"};
    if (auto const server = read_server_file(directory); server && server->has_value()) {
        error.details.emplace_back("url", (*server)->url);
    }
    return error;
}

/// `is_directory_locked` holds the lock for an instant; one patient second try tells that from a
/// real owner.
bool try_lock(FileHandle const& file) {
    constexpr int patience_ms = 20;
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
        return true;
    }
    ::poll(nullptr, 0, patience_ms);
    return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

} // namespace

FileHandle::~FileHandle() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Error file_error(char const* what) {
    auto const number = errno;
    auto const full = number == ENOSPC || number == EDQUOT;
    return {.kind = ErrorKind::unavailable,
            .reason = full ? "DISK_FULL" : "FILE_SYSTEM",
            .message = std::string{what} + ": " + std::generic_category().message(number)};
}

Result<Done> make_directory(std::filesystem::path const& directory) {
    std::error_code failed;
    if (directory.has_parent_path()) {
        std::filesystem::create_directories(directory.parent_path(), failed);
    }
    if (::mkdir(directory.c_str(), private_directory) != 0 && errno != EEXIST) {
        return file_error("cannot make the directory");
    }
    if (!std::filesystem::is_directory(directory, failed)) {
        return Error{.kind = ErrorKind::unavailable,
                     .reason = "FILE_SYSTEM",
                     .message = "the directory's name belongs to a file"};
    }
    return Done{};
}

Result<FileHandle> lock_directory(std::filesystem::path const& directory) {
    FileHandle file{
        ::open(lock_file(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, private_file)};
    if (!file) {
        return file_error("cannot open the directory's lock");
    }
    if (!try_lock(file)) {
        return in_use(directory);
    }
    return file;
}

Result<Done> sync_path(std::filesystem::path const& path) {
    FileHandle const file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file || ::fsync(file.get()) != 0) {
        return file_error("cannot sync a file");
    }
    return Done{};
}

// One call fetches no more than the device's setting, so that a large file takes many.
void read_ahead(int descriptor) noexcept {
    constexpr off_t at_once = 128 * 1024;

    struct stat status {};

    if (::fstat(descriptor, &status) == 0) {
        for (off_t offset = 0; offset < status.st_size; offset += at_once) {
            ::posix_fadvise(descriptor, offset, at_once, POSIX_FADV_WILLNEED);
        }
    }
}

Result<Done> make_private_file(std::filesystem::path const& file, bool must_be_new) {
    FileHandle const made{
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, private_file)};
    if (!made && errno == EEXIST && must_be_new) {
        return Error{.kind = ErrorKind::conflict,
                     .reason = "FILE_EXISTS",
                     .message = "the file exists already"};
    }
    if (!made && errno != EEXIST) {
        return file_error("cannot make a file");
    }
    return Done{};
}

bool is_directory_locked(std::filesystem::path const& directory) {
    FileHandle const file{::open(lock_file(directory).c_str(), O_RDONLY | O_CLOEXEC)};
    return file && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

} // namespace loci::store
