#include "embed/mapped_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace loci::embed {
namespace {

class Descriptor {
public:
    // A pipe must not make the opening wait for a writer.
    explicit Descriptor(std::filesystem::path const& path)
        : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}

    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;

    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    int number() const noexcept { return number_; }

private:
    int number_;
};

Error unreadable(std::filesystem::path const& path) {
    return {ErrorKind::unavailable, "MODEL_UNREADABLE",
            "the model's file " + path.filename().string() + " cannot be read"};
}

} // namespace

Result<MappedFile> MappedFile::open(std::filesystem::path const& path) {
    Descriptor const file{path};
    if (file.number() < 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return Error{ErrorKind::not_found, "MODEL_NOT_FOUND",
                         "the model has no file " + path.filename().string()};
        }
        return unreadable(path);
    }

    struct stat status {};

    if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return unreadable(path);
    }
    MappedFile mapped;
    auto const size = static_cast<std::size_t>(status.st_size);
    if (size > 0) {
        void* const start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number(), 0);
        if (start == MAP_FAILED) {
            return unreadable(path);
        }
        mapped.bytes_ = {static_cast<std::byte const*>(start), size};
    }
    return mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) {
        ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
    }
}

} // namespace loci::embed
