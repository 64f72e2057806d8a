#pragma once
#include "cli/exit_code.hpp"
#include "cli/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What the words after `loci` ask for.
namespace loci::cli {

struct RememberCommand {
    std::vector<std::string> words; ///< joined by blanks; a single `-` means standard input
    std::optional<std::string> space{};
    std::vector<std::string> tags{};
    std::optional<std::string> session{};
    std::optional<std::int64_t> sequence{};
    std::optional<std::string> speaker{};
    std::optional<std::string> occurred_at{};
    std::optional<std::string> type{};
    std::optional<std::string> source{};
    std::optional<std::string> summary{};
    std::optional<std::string> metadata{};
    std::optional<double> importance{};
    std::optional<double> confidence{};
    std::string sensitivity = "normal";
    std::optional<std::string> near_duplicates{};
};

struct RecallCommand {
    std::vector<std::string> words;
    std::size_t limit = 10;
    std::vector<std::string> spaces{};
    std::vector<std::string> tags{}; ///< all of them
    std::string mode = "hybrid";
    std::optional<double> minimum_similarity{};
    bool recent = false;
    bool explain = false;
};

struct ImportCommand {
    std::string file; ///< `-` means standard input
    std::optional<std::string> space{};
    bool keep_ids = false;
};

struct ExportCommand {
    std::string file = "-"; ///< `-` means standard output
    std::vector<std::string> spaces{};
};

struct CreateKeyCommand {
    std::string name;
    std::vector<std::string> scopes{};
    std::optional<std::int64_t> expires_days{};
    std::string style = "memesh";
};

struct ListKeysCommand {
    bool all = false;
};

struct RevokeKeyCommand {
    std::string id;
};

struct DoctorCommand {};

struct BackupCommand {
    std::string directory;
};

struct ConfigCommand {};

struct VersionCommand {};

struct ServeCommand {};

using Command = std::variant<RememberCommand, RecallCommand, ImportCommand, ExportCommand,
                             CreateKeyCommand, ListKeysCommand, RevokeKeyCommand, DoctorCommand,
                             BackupCommand, ConfigCommand, VersionCommand, ServeCommand>;

struct Invocation {
    Command command;
    GivenSettings flags;
    std::optional<std::string> config_file{};
    bool json = false;
};

/// Text to be shown instead of running a command: help, or what is wrong with the words.
struct Notice {
    std::string text;
    ExitCode code = ExitCode::success;
};

/// `words` without the program's name.
std::variant<Invocation, Notice> parse_command_line(std::vector<std::string> words);

} // namespace loci::cli
