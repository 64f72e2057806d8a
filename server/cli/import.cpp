#include "cli/commands.hpp"
#include "cli/connect.hpp"
#include "cli/line_reader.hpp"
#include "cli/memory_json.hpp"
#include "cli/progress.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <fstream>
#include <istream>
#include <iterator>
#include <loci/base/utf8.hpp>
#include <ostream>

namespace loci::cli {
namespace {

constexpr std::size_t batch_bytes = 4u * 1024 * 1024;

struct Failure {
    std::size_t line;
    Error error;
};

/// Sends the lines of a file in batches and counts what became of them.
class Importer {
public:
    Importer(ImportCommand const& command, Client& client, Context const& context,
             Progress& progress)
        : command_(command)
        , client_(client)
        , context_(context)
        , progress_(progress) {}

    /// Errors: those that end the import early.
    Result<store::Done> read_all(std::istream& in) {
        LineReader lines{in};
        std::string line;
        for (auto got = lines.next(line); got != LineReader::Line::end; got = lines.next(line)) {
            if (got == LineReader::Line::too_long) {
                refuse(lines.number(),
                       {ErrorKind::invalid, "LINE_TOO_LONG", "the line is longer than 16 MiB"});
            } else if (!trim_is_empty(line)) {
                add(lines.number(), line);
            }
            if (items_.size() >= Client::import_size || bytes_ >= batch_bytes) {
                if (auto const sent = send(); !sent) {
                    return sent;
                }
            }
            progress_.show(lines.number());
        }
        return send();
    }

    std::size_t stored() const { return stored_; }

    std::vector<Failure> const& failures() const { return failures_; }

private:
    static bool trim_is_empty(std::string_view line) {
        return line.find_first_not_of(" \t") == std::string_view::npos;
    }

    void refuse(std::size_t line, Error error) {
        progress_.clear();
        context_.console.error << fmt::format("line {}: {}\n", line, printable(error.message));
        failures_.push_back({line, std::move(error)});
    }

    void add(std::size_t number, std::string const& line) {
        auto item = is_utf8(line)
                        ? read_new_memory(line)
                        : Result<memory::NewMemory>{
                              Error{ErrorKind::invalid, "MALFORMED_TEXT", "the line is not UTF-8"}};
        if (!item) {
            refuse(number, item.error());
            return;
        }
        if (!item->scope.space) {
            item->scope.space = command_.space;
        }
        if (!command_.keep_ids) {
            item->id.reset();
            item->created_at.reset();
        }
        bytes_ += line.size();
        numbers_.push_back(number);
        items_.push_back(std::move(*item));
    }

    Result<store::Done> send() {
        if (items_.empty()) {
            return store::Done{};
        }
        auto const numbers = std::exchange(numbers_, {});
        bytes_ = 0;
        auto const results = client_.import_items(std::exchange(items_, {}));
        if (!results) {
            auto error = results.error();
            error.message =
                fmt::format("the import stopped at line {}: {}", numbers.front(), error.message);
            return error;
        }
        for (std::size_t i = 0; i < results->size(); ++i) {
            if (auto const& result = (*results)[i]) {
                ++stored_;
            } else {
                refuse(numbers.at(i), result.error());
            }
        }
        return store::Done{};
    }

    ImportCommand const& command_;
    Client& client_;
    Context const& context_;
    Progress& progress_;
    std::vector<memory::NewMemory> items_;
    std::vector<std::size_t> numbers_;
    std::size_t bytes_ = 0;
    std::size_t stored_ = 0;
    std::vector<Failure> failures_;
};

std::size_t count_lines(std::string const& name) {
    std::ifstream file{name, std::ios::binary};
    return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>{file}, {}, '\n'));
}

void report(Importer const& importer, std::optional<Error> const& stopped, Context const& context) {
    auto const& failures = importer.failures();
    auto const total = importer.stored() + failures.size();
    if (!context.json) {
        context.console.out << fmt::format("Imported {} of {} memories", importer.stored(), total)
                            << (failures.empty() ? "" : fmt::format("; {} failed", failures.size()))
                            << '\n';
        return;
    }
    boost::json::array list;
    for (auto const& failure : failures) {
        auto object = to_json(failure.error);
        object["line"] = failure.line;
        list.push_back(std::move(object));
    }
    print_json(context.console, {{"total", total},
                                 {"succeeded", importer.stored()},
                                 {"failed", failures.size()},
                                 {"complete", !stopped},
                                 {"failures", std::move(list)}});
}

} // namespace

ExitCode run(ImportCommand const& command, Context const& context) {
    auto& console = context.console;
    std::ifstream file;
    std::optional<std::uint64_t> lines;
    if (command.file != "-") {
        std::error_code failure;
        file.open(command.file, std::ios::binary);
        if (!file || std::filesystem::is_directory(command.file, failure)) {
            return fail(console, {ErrorKind::not_found, "FILE_NOT_FOUND",
                                  fmt::format("the file {} cannot be read", command.file)});
        }
        if (console.error_is_terminal && std::filesystem::is_regular_file(command.file, failure)) {
            lines = count_lines(command.file);
        }
    }
    auto const client = connect(context.settings, context.environment, Absent::create);
    if (!client) {
        return fail(console, client.error());
    }
    if (command.keep_ids && !(*client)->keeps_ids()) {
        return fail(console, {ErrorKind::conflict, "SERVER_KEEPS_NO_IDS",
                              "--keep-ids works on the directory itself: stop the server first"});
    }
    std::optional<Error> stopped;
    Progress progress{console.error, console.error_is_terminal, context.environment.clock, "lines",
                      lines};
    Importer importer{command, **client, context, progress};
    if (auto const done = importer.read_all(command.file == "-" ? console.in : file); !done) {
        stopped = done.error();
    }
    progress.clear();
    report(importer, stopped, context);
    if (stopped) {
        print_error(console, *stopped);
    }
    return stopped || !importer.failures().empty() ? ExitCode::failure : ExitCode::success;
}

} // namespace loci::cli
