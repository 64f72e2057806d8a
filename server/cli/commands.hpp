#pragma once
#include "cli/command_line.hpp"
#include "cli/console.hpp"
#include "cli/settings.hpp"

#include <loci/base/environment.hpp>

namespace loci::cli {

/// What every command gets.
struct Context {
    Console& console;
    Settings const& settings;
    Environment environment;
    bool json = false;
};

ExitCode run(RememberCommand const& command, Context const& context);
ExitCode run(RecallCommand const& command, Context const& context);
ExitCode run(ImportCommand const& command, Context const& context);
ExitCode run(ExportCommand const& command, Context const& context);
ExitCode run(CreateKeyCommand const& command, Context const& context);
ExitCode run(ListKeysCommand const& command, Context const& context);
ExitCode run(RevokeKeyCommand const& command, Context const& context);
ExitCode run(DoctorCommand const& command, Context const& context);
ExitCode run(BackupCommand const& command, Context const& context);
ExitCode run(ConfigCommand const& command, Context const& context);
ExitCode run(VersionCommand const& command, Context const& context);
ExitCode run(ServeCommand const& command, Context const& context);

/// The version of this program, e.g. `0.1.0`.
char const* version() noexcept;

} // namespace loci::cli
