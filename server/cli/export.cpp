#include "cli/commands.hpp"
#include "cli/connect.hpp"
#include "cli/progress.hpp"

#include <boost/json.hpp>
#include <cerrno>
#include <fmt/format.h>
#include <fstream>
#include <ostream>
#include <system_error>

namespace loci::cli {
namespace {

Error cannot_write(std::string const& where, std::string const& why = "is the disk full?") {
    return {ErrorKind::unavailable, "WRITE_FAILED",
            fmt::format("{} cannot be written: {}", where, why)};
}

/// Writes every memory as one line; returns how many.
Result<std::size_t> write_lines(Client& client, ExportCommand const& command,
                                Context const& context, std::ostream& out,
                                std::string const& where) {
    std::size_t count = 0;
    std::optional<Progress> progress;
    auto const done =
        client.export_items(command.spaces, [&](std::string_view line, std::size_t total) {
            if (!progress) {
                progress.emplace(context.console.error, context.console.error_is_terminal,
                                 context.environment.clock, "memories", total);
            }
            out << line << '\n';
            progress->show(++count);
            return out.good();
        });
    out.flush();
    if (!done) {
        return done.error();
    }
    if (!out.good()) {
        return cannot_write(where);
    }
    return count;
}

} // namespace

ExitCode run(ExportCommand const& command, Context const& context) {
    auto& console = context.console;
    auto const client = connect(context.settings, context.environment, Absent::refuse);
    if (!client) {
        return fail(console, client.error());
    }
    if (command.file == "-") {
        auto const written =
            write_lines(**client, command, context, console.out, "standard output");
        return written ? ExitCode::success : fail(console, written.error());
    }
    // Under another name first: a file with the wanted name is always whole.
    auto const partial = command.file + ".partial";
    std::ofstream file{partial, std::ios::binary | std::ios::trunc};
    if (!file) {
        return fail(console, cannot_write(partial, std::generic_category().message(errno)));
    }
    auto const written = write_lines(**client, command, context, file, partial);
    file.close();
    std::error_code failure;
    if (written && file) {
        std::filesystem::rename(partial, command.file, failure);
    }
    if (!written || !file || failure) {
        std::error_code ignored;
        std::filesystem::remove(partial, ignored);
        if (!written) {
            return fail(console, written.error());
        }
        return fail(console, failure ? cannot_write(command.file, failure.message())
                                     : cannot_write(command.file));
    }
    if (context.json) {
        print_json(console, {{"exported", *written}, {"file", command.file}});
    } else {
        console.out << fmt::format("Exported {} memories to {}\n", *written, command.file);
    }
    return ExitCode::success;
}

} // namespace loci::cli
