#include "cli/config_file.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fstream>

namespace loci::cli {

Result<GivenSettings> read_config_file(std::filesystem::path const& file) {
    std::ifstream input{file};
    if (!input || std::filesystem::is_directory(file)) {
        return Error{ErrorKind::not_found, "CONFIG_NOT_FOUND",
                     fmt::format("the configuration file {} cannot be read", file.string())};
    }
    std::vector<CLI::ConfigItem> items;
    try {
        items = CLI::ConfigTOML{}.from_config(input);
    } catch (CLI::Error const&) {
        return Error{ErrorKind::invalid, "CONFIG_MALFORMED",
                     fmt::format("the configuration file {} is not TOML", file.string())};
    }
    GivenSettings given;
    for (auto const& item : items) {
        if (item.name == "++" || item.name == "--") {
            continue; // marks of the parser around a section
        }
        if (!item.parents.empty() || find_setting(item.name) == nullptr) {
            return invalid_field(item.fullname(), "unknown",
                                 fmt::format("the configuration file {} names the setting {}, "
                                             "which there is not; `loci config` lists them all",
                                             file.string(), item.fullname()));
        }
        if (!given.emplace(item.name, item.inputs).second) {
            return invalid_field(
                item.name, "unique",
                fmt::format("the configuration file {} gives {} twice", file.string(), item.name));
        }
    }
    return given;
}

} // namespace loci::cli
