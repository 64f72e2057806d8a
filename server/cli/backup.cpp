#include "cli/commands.hpp"
#include "cli/host.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <ostream>

namespace loci::cli {
namespace {

Result<std::uintmax_t> copy_data(std::filesystem::path const& target, Context const& context) {
    std::error_code failure;
    if (std::filesystem::exists(target, failure) &&
        !(std::filesystem::is_directory(target, failure) &&
          std::filesystem::is_empty(target, failure))) {
        return Error{ErrorKind::conflict, "BACKUP_EXISTS",
                     fmt::format("{} exists already: name a new directory", target.string())};
    }
    auto database =
        open_database({.directory = context.settings.data, .create = false, .read_only = true},
                      context.environment);
    if (!database) {
        return database.error();
    }
    auto const made = std::filesystem::create_directories(target, failure);
    if (failure) {
        return Error{ErrorKind::unavailable, "FILE_ERROR",
                     fmt::format("{} cannot be made: {}", target.string(), failure.message())};
    }
    std::filesystem::permissions(target, std::filesystem::perms::owner_all, failure);
    auto const file = target / "loci.db";
    if (auto const copied = database->backup_to(file); !copied) {
        if (made) {
            std::filesystem::remove(target, failure);
        }
        return copied.error();
    }
    return std::filesystem::file_size(file, failure);
}

} // namespace

ExitCode run(BackupCommand const& command, Context const& context) {
    auto& console = context.console;
    auto const size = copy_data(command.directory, context);
    if (!size) {
        return fail(console, size.error());
    }
    if (context.json) {
        print_json(console, {{"directory", command.directory}, {"sizeBytes", *size}});
    } else {
        console.out << fmt::format("Copied {:.1f} MiB. To use the copy: loci serve --data {}\n",
                                   static_cast<double>(*size) / (1024 * 1024), command.directory);
    }
    return ExitCode::success;
}

} // namespace loci::cli
