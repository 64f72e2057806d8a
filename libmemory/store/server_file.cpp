#include <loci/store/server_file.hpp>

#include "store/directory.hpp"

#include <boost/json.hpp>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace loci::store {
namespace {

namespace json = boost::json;

std::filesystem::path path_in(std::filesystem::path const& directory) {
    return directory / "server.json";
}

Error malformed() {
    return {.kind = ErrorKind::corrupt,
            .reason = "SERVER_FILE_CORRUPT",
            .message = "server.json cannot be understood"};
}

Result<Done> write_all(FileHandle const& file, std::string_view text) {
    while (!text.empty()) {
        auto const written = ::write(file.get(), text.data(), text.size());
        if (written < 0) {
            return file_error("cannot write server.json");
        }
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file.get()) != 0) {
        return file_error("cannot sync server.json");
    }
    return Done{};
}

} // namespace

Result<Done> write_server_file(std::filesystem::path const& directory, ServerFile const& file) {
    json::object object{{"pid", file.pid}, {"url", file.url}};
    if (file.certificate) {
        object["certificate"] = *file.certificate;
    }
    auto const target = path_in(directory);
    auto temporary = target;
    temporary += ".new";
    {
        FileHandle const handle{
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
        if (!handle || ::fchmod(handle.get(), 0600) != 0) {
            return file_error("cannot make server.json");
        }
        if (auto const written = write_all(handle, json::serialize(object) + '\n'); !written) {
            return written.error();
        }
    }
    if (std::rename(temporary.c_str(), target.c_str()) != 0) {
        return file_error("cannot replace server.json");
    }
    return sync_path(directory);
}

Result<std::optional<ServerFile>> read_server_file(std::filesystem::path const& directory) {
    std::ifstream stream{path_in(directory), std::ios::binary};
    if (!stream) {
        return std::optional<ServerFile>{};
    }
    std::string const text{std::istreambuf_iterator<char>{stream}, {}};
    json::error_code failed;
    auto const value = json::parse(text, failed);
    auto const* object = failed ? nullptr : value.if_object();
    if (object == nullptr) {
        return malformed();
    }
    auto const* pid = object->if_contains("pid");
    auto const* url = object->if_contains("url");
    if (pid == nullptr || !pid->is_int64() || url == nullptr || !url->is_string()) {
        return malformed();
    }
    ServerFile file{.pid = pid->get_int64(), .url = std::string{url->get_string()}};
    if (auto const* certificate = object->if_contains("certificate")) {
        if (!certificate->is_string()) {
            return malformed();
        }
        file.certificate = std::string{certificate->get_string()};
    }
    return std::optional{std::move(file)};
}

void remove_server_file(std::filesystem::path const& directory) noexcept {
    std::error_code ignored;
    std::filesystem::remove(path_in(directory), ignored);
}

} // namespace loci::store
