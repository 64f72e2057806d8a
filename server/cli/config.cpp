#include "cli/commands.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <ostream>

namespace loci::cli {
namespace {

/// As it would stand in the TOML file.
std::string toml_value(EffectiveSetting const& setting) {
    auto const kind = find_setting(setting.name)->kind;
    if (kind == SettingKind::number) {
        return setting.values.front();
    }
    std::vector<std::string> quoted;
    for (auto const& value : shown_values(setting)) {
        quoted.push_back(boost::json::serialize(boost::json::string(value)));
    }
    return kind == SettingKind::list ? fmt::format("[{}]", fmt::join(quoted, ", "))
                                     : quoted.front();
}

} // namespace

ExitCode run(ConfigCommand const&, Context const& context) {
    auto& console = context.console;
    if (context.json) {
        boost::json::array settings;
        for (auto const& setting : context.settings.effective) {
            auto const values = shown_values(setting);
            settings.push_back({{"name", setting.name},
                                {"values", boost::json::array(values.begin(), values.end())},
                                {"origin", setting.origin},
                                {"environment", environment_name(setting.name)}});
        }
        print_json(console, settings);
        return ExitCode::success;
    }
    for (auto const& setting : context.settings.effective) {
        auto const line = setting.values.empty()
                              ? fmt::format("# {} is not set", setting.name)
                              : fmt::format("{} = {}", setting.name, toml_value(setting));
        console.out << (setting.values.empty() ? line
                                               : fmt::format("{:<50} # {}", line, setting.origin))
                    << '\n';
    }
    return ExitCode::success;
}

ExitCode run(VersionCommand const&, Context const& context) {
    if (context.json) {
        print_json(context.console, {{"version", version()}});
    } else {
        context.console.out << "loci " << version() << '\n';
    }
    return ExitCode::success;
}

char const* version() noexcept {
    return LOCI_VERSION;
}

} // namespace loci::cli
