#include "cli/owner_key.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <loci/base/utf8.hpp>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace loci::cli {
namespace {

class Descriptor {
public:
    explicit Descriptor(int number)
        : number_(number) {}

    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;

    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    int get() const { return number_; }

private:
    int number_;
};

Error cannot(char const* what, std::filesystem::path const& file) {
    return {ErrorKind::unavailable, "FILE_ERROR",
            fmt::format("{} {}: {}", what, file.string(), std::generic_category().message(errno))};
}

bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        auto const written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

std::filesystem::path owner_key_file(std::filesystem::path const& directory) {
    return directory / "owner.key";
}

Result<std::optional<std::string>> read_key_file(std::filesystem::path const& file) {
    std::error_code failure;
    if (!std::filesystem::exists(file, failure)) {
        return std::nullopt;
    }
    std::ifstream input{file};
    std::string line;
    if (!input) {
        return cannot("cannot read the key file", file);
    }
    std::getline(input, line);
    auto key = std::string{trim(line)};
    if (key.empty()) {
        return Error{ErrorKind::invalid, "KEY_FILE_EMPTY",
                     fmt::format("the key file {} is empty", file.string())};
    }
    return key;
}

Result<store::Done> write_owner_key(std::filesystem::path const& directory,
                                    std::string const& secret) {
    auto const file = owner_key_file(directory);
    auto temporary = file;
    temporary += ".new";
    {
        Descriptor const output{
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
        if (output.get() < 0 || ::fchmod(output.get(), 0600) != 0 ||
            !write_all(output.get(), secret + "\n") || ::fsync(output.get()) != 0) {
            return cannot("cannot write", temporary);
        }
    }
    if (std::rename(temporary.c_str(), file.c_str()) != 0) {
        return cannot("cannot write", file);
    }
    Descriptor const names{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (names.get() < 0 || ::fsync(names.get()) != 0) {
        return cannot("cannot write", directory);
    }
    return store::Done{};
}

} // namespace loci::cli
