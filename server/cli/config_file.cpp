#include "cli/config_file.hpp"

#include <fmt/format.h>
#include <fstream>

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace loci::cli {
namespace {

/// The text of one value as it would stand in a flag; nullopt for what no setting takes.
std::optional<std::string> value_text(toml::node const& node) {
    if (auto const text = node.value_exact<std::string>()) {
        return text;
    }
    if (auto const number = node.value_exact<std::int64_t>()) {
        return std::to_string(*number);
    }
    return std::nullopt;
}

/// Errors: `invalid` (a value that is neither text nor a whole number, nor a list of these).
Result<std::vector<std::string>> values_of(std::string const& name, toml::node const& node) {
    std::vector<std::optional<std::string>> texts;
    if (auto const* list = node.as_array()) {
        for (auto const& one : *list) {
            texts.push_back(value_text(one));
        }
    } else {
        texts.push_back(value_text(node));
    }
    std::vector<std::string> values;
    for (auto& text : texts) {
        if (!text) {
            return invalid_field(
                name, "type",
                fmt::format("{} in the configuration file wants text in quotes or a whole number",
                            name));
        }
        values.push_back(*std::move(text));
    }
    return values;
}

} // namespace

Result<GivenSettings> read_config_file(std::filesystem::path const& file) {
    std::ifstream input{file};
    std::error_code failure;
    if (!input || std::filesystem::is_directory(file, failure)) {
        return Error{ErrorKind::not_found, "CONFIG_NOT_FOUND",
                     fmt::format("the configuration file {} cannot be read", file.string())};
    }
    auto const table = toml::parse(input, file.string());
    if (!table) {
        // The parser's own words may quote the file, which may hold a key.
        return Error{ErrorKind::invalid, "CONFIG_MALFORMED",
                     fmt::format("the configuration file {} is not TOML: see line {}",
                                 file.string(), table.error().source().begin.line)};
    }
    GivenSettings given;
    for (auto const& [key, node] : table.table()) {
        std::string const name{key.str()};
        if (find_setting(name) == nullptr) {
            return invalid_field(name, "unknown",
                                 fmt::format("there is no setting {}, which the configuration "
                                             "file {} names; `loci config` lists them all",
                                             name, file.string()));
        }
        auto values = values_of(name, node);
        if (!values) {
            return values.error();
        }
        given.emplace(name, *std::move(values));
    }
    return given;
}

} // namespace loci::cli
