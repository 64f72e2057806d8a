#include "cli/run.hpp"

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/config_file.hpp"

#include <ostream>

namespace loci::cli {
namespace {

/// The file that is named, or the one in the data directory if there is one.
Result<GivenSettings> read_file(Invocation const& invocation, GivenSettings const& environment,
                                Lookup const& variables) {
    auto named = invocation.config_file;
    if (!named) {
        named = variables("LOCI_CONFIG");
    }
    if (named && !named->empty()) {
        return read_config_file(*named);
    }
    auto const directory = find_directory(invocation.flags, environment, variables);
    if (!directory) {
        return directory.error();
    }
    std::error_code failure;
    auto const file = *directory / "loci.toml";
    return std::filesystem::exists(file, failure) ? read_config_file(file)
                                                  : Result<GivenSettings>{GivenSettings{}};
}

Result<Settings> read_settings(Invocation const& invocation, Lookup const& variables) {
    auto const environment = from_environment(variables);
    auto const file = read_file(invocation, environment, variables);
    if (!file) {
        return file.error();
    }
    return resolve(invocation.flags, environment, *file, variables);
}

} // namespace

ExitCode run(std::vector<std::string> words, Lookup const& variables, Console& console,
             Environment environment) {
    auto const parsed = parse_command_line(std::move(words));
    if (auto const* notice = std::get_if<Notice>(&parsed)) {
        (notice->code == ExitCode::success ? console.out : console.error)
            << printable(notice->text);
        return notice->code;
    }
    auto const& invocation = std::get<Invocation>(parsed);
    auto const settings = read_settings(invocation, variables);
    if (!settings) {
        print_error(console, settings.error());
        return ExitCode::usage;
    }
    Context const context{console, *settings, environment, invocation.json};
    auto const code =
        std::visit([&](auto const& command) { return run(command, context); }, invocation.command);
    console.out.flush();
    if (!console.out.good() && code == ExitCode::success) {
        return fail(console, {ErrorKind::unavailable, "WRITE_FAILED",
                              "standard output cannot be written: is the disk full?"});
    }
    return code;
}

} // namespace loci::cli
