#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <loci/base/utf8.hpp>
#include <loci/runtime/permissions.hpp>
#include <memory>
#include <utility>

namespace loci::cli {
namespace {

constexpr std::string_view about =
    R"(Loci remembers for AI agents: what they and their users said, found again by meaning and by words.

The commands work on a data directory. While a server owns that directory, they talk to the server.)";

constexpr std::string_view examples = R"(Examples:
  loci remember "Ines prefers aisle seats" --tag travel
  loci recall "where does she like to sit on a plane?"
  loci serve --listen 127.0.0.1:8787

`loci COMMAND --help` explains one command.)";

/// Where a command works, which says what settings it takes.
enum class Place : std::uint8_t {
    nowhere,
    client,     ///< the data directory, or the server that owns it
    directory,  ///< the files themselves
    server,     ///< `loci serve`
    everywhere, ///< `loci config`, which shows all of them
};

bool takes(Place place, SettingUse use) {
    switch (use) {
    case SettingUse::clients:
        return place == Place::client || place == Place::everywhere;
    case SettingUse::serving:
        return place == Place::server || place == Place::everywhere;
    case SettingUse::everywhere:
        break;
    }
    return place != Place::nowhere;
}

std::string why_no_scope(std::string const& word) {
    return runtime::parse_scopes({&word, 1}) ? std::string{} : "there is no scope " + word;
}

/// Builds the grammar and collects what the words say.
class Grammar {
public:
    Grammar()
        : app_(std::string{about}, "loci") {
        app_.get_formatter()->column_width(34);
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.footer(std::string{examples});
        app_.set_help_flag("-h,--help", "Print this help and exit");
        add_settings();
        add_memory_commands();
        add_file_commands();
        add_key_commands();
        add_care_commands();
    }

    std::variant<Invocation, Notice> parse(std::vector<std::string> words) {
        // CLI11 takes the words last first.
        std::vector<std::string> const reversed{words.rbegin(), words.rend()};
        try {
            auto rest = reversed;
            app_.parse(rest);
        } catch (CLI::ParseError const& stop) {
            return notice(stop, words);
        }
        for (auto const& entry : commands_) {
            if (entry.command->parsed() && entry.command->get_subcommands().empty()) {
                if (auto const why = fault(entry)) {
                    return Notice{fmt::format("loci: {}\n{}\n", *why, how_to_get_help()),
                                  ExitCode::usage};
                }
                return Invocation{entry.make(), flags(), config_file_, json_};
            }
        }
        return Notice{app_.help(), ExitCode::usage};
    }

private:
    struct Entry {
        CLI::App* command;
        Place place;
        std::function<Command()> make;
    };

    /// What the grammar cannot say of words that fit it.
    std::optional<std::string> fault(Entry const& entry) const {
        for (auto const& [rule, option] : setting_options_) {
            if (option->count() > 0 && !takes(entry.place, rule->use)) {
                return fmt::format("--{} means nothing to `loci {}`", rule->name,
                                   entry.command->get_name());
            }
        }
        for (auto const* option : entry.command->get_options()) {
            auto const name = option->get_single_name();
            auto const is_text = name != "FILE" && name != "DIR";
            if (is_text && !std::all_of(option->results().begin(), option->results().end(),
                                        [](std::string const& word) { return is_utf8(word); })) {
                return fmt::format("{} is not UTF-8", option->get_name());
            }
        }
        return std::nullopt;
    }

    /// The innermost command that was named.
    CLI::App const* named_command() const {
        auto const* command = &app_;
        while (!command->get_subcommands().empty()) {
            command = command->get_subcommands().front();
        }
        return command;
    }

    std::string how_to_get_help() const {
        std::vector<std::string> path;
        for (auto const* command = named_command(); command != nullptr;
             command = command->get_parent()) {
            path.insert(path.begin(), command->get_name());
        }
        return fmt::format("Run `{} --help` for how to use it.", fmt::join(path, " "));
    }

    static Notice notice(CLI::ParseError const& stop, CLI::App& app, std::string const& hint) {
        std::ostringstream out;
        std::ostringstream error;
        auto const code = app.exit(stop, out, error);
        if (code == 0) {
            return {out.str(), ExitCode::success};
        }
        return {fmt::format("loci: {}\n{}\n", stop.what(), hint), ExitCode::usage};
    }

    Notice notice(CLI::ParseError const& stop, std::vector<std::string> const& words) {
        if (words.empty()) {
            return {app_.help(), ExitCode::usage};
        }
        if (app_.get_subcommands().empty() && !words.front().starts_with('-')) {
            return {fmt::format("loci: there is no command `{}`\nRun `loci --help` to see them "
                                "all.\n",
                                words.front()),
                    ExitCode::usage};
        }
        auto const hint = how_to_get_help();
        if (auto const unknown = unknown_option(); stop.get_exit_code() != 0 && unknown) {
            return {fmt::format("loci: there is no option {}\n{}\n", *unknown, hint),
                    ExitCode::usage};
        }
        return notice(stop, app_, hint);
    }

    std::optional<std::string> unknown_option() const {
        auto const rest = app_.remaining(true);
        auto const found = std::find_if(rest.begin(), rest.end(), [](std::string const& word) {
            return word.size() > 1 && word.front() == '-';
        });
        return found == rest.end() ? std::nullopt : std::optional{*found};
    }

    void add_settings() {
        for (auto const& rule : setting_rules()) {
            auto& values = values_[std::string{rule.name}];
            auto* option =
                app_.add_option("--" + std::string{rule.name}, values, std::string{rule.help});
            option->type_name(std::string{rule.placeholder});
            option->type_size(1)->expected(1)->allow_extra_args(false);
            option->multi_option_policy(rule.kind == SettingKind::list
                                            ? CLI::MultiOptionPolicy::TakeAll
                                            : CLI::MultiOptionPolicy::TakeLast);
            option->group(rule.use == SettingUse::serving ? "" : "Where the data is");
            setting_options_.emplace_back(&rule, option);
        }
        app_.add_option("--config", config_file_,
                        "TOML file with settings of these names (default: DIR/loci.toml)")
            ->type_name("FILE")
            ->group("Where the data is");
        app_.add_flag("--json", json_, "Print data as JSON")->group("Output");
    }

    CLI::App* add_command(CLI::App& parent, std::string const& name, std::string const& help,
                          std::string const& more, std::function<Command()> make,
                          Place place = Place::client) {
        auto* command = parent.add_subcommand(name, help);
        command->set_help_flag("-h,--help", "Print this help and exit");
        command->footer(""); // instead of the program's
        command->footer([this, more, place] { return shared_options(place) + more; });
        commands_.push_back({command, place, std::move(make)});
        return command;
    }

    std::string shared_options(Place place) const {
        auto const serves = place == Place::server;
        std::string text = place == Place::nowhere  ? "Output:"
                           : place == Place::client ? "Where the data is:"
                                                    : "Settings:";
        auto const line = [&text](std::string const& option, std::string_view help) {
            text += fmt::format("\n  {:<32}{}", option, help);
        };
        for (auto const& [rule, option] : setting_options_) {
            if (takes(place, rule->use)) {
                auto const fallback =
                    rule->fallback.empty() ? "" : fmt::format(" (default: {})", rule->fallback);
                line(fmt::format("--{} {}", rule->name, rule->placeholder),
                     std::string{rule->help} + fallback);
            }
        }
        if (place != Place::nowhere) {
            line("--config FILE",
                 "TOML file with settings of these names (default: DIR/loci.toml)");
        }
        if (!serves) {
            line("--json", "Print data as JSON");
        }
        return text + (place == Place::nowhere
                           ? "\n"
                           : "\nEach setting can also be given in the environment: LOCI_DATA for "
                             "--data.\n\n");
    }

    void add_memory_commands() {
        auto* remember = add_command(
            app_, "remember", "Store one memory",
            "Examples:\n"
            "  loci remember \"Ines prefers aisle seats\" --tag travel --speaker Ines\n"
            "  echo \"The alarm code is in the blue envelope\" | loci remember - --space home",
            [this] { return remember_; });
        remember->add_option("TEXT", remember_.words, "What to remember; - reads standard input")
            ->type_name("")
            ->required();
        remember->add_option("--space", remember_.space, "Where it belongs (default: default)")
            ->type_name("SPACE");
        add_list(*remember, "--tag", remember_.tags, "Word to filter by; may be repeated");
        remember->add_option("--session", remember_.session, "Conversation that it belongs to")
            ->type_name("NAME");
        remember->add_option("--sequence", remember_.sequence, "Position in the session")
            ->type_name("N");
        remember->add_option("--speaker", remember_.speaker, "Who said it")->type_name("NAME");
        remember
            ->add_option("--occurred-at", remember_.occurred_at,
                         "When it happened, e.g. 2026-03-20T09:00:00Z")
            ->type_name("TIME");
        remember->add_option("--type", remember_.type, "Kind of statement, e.g. preference")
            ->type_name("WORD");
        remember->add_option("--source", remember_.source, "Where it comes from")
            ->type_name("NAME");
        remember->add_option("--summary", remember_.summary, "Shorter form of the text")
            ->type_name("TEXT");
        remember->add_option("--metadata", remember_.metadata, "JSON object kept with it")
            ->type_name("JSON");
        remember->add_option("--importance", remember_.importance, "0 to 1")
            ->type_name("X")
            ->check(CLI::Range(0.0, 1.0).description(""));
        remember->add_option("--confidence", remember_.confidence, "0 to 1")
            ->type_name("X")
            ->check(CLI::Range(0.0, 1.0).description(""));
        remember->add_option("--sensitivity", remember_.sensitivity, "normal, sensitive, critical")
            ->type_name("WORD")
            ->check(CLI::IsMember({"normal", "sensitive", "critical"}).description(""));

        remember
            ->add_option("--near-duplicates", remember_.near_duplicates,
                         "Where a memory says the same: report it, return it and store nothing, "
                         "or merge: keep what says more")
            ->type_name("WORD")
            ->check(CLI::IsMember({"report", "return", "merge"}).description(""));

        auto* recall = add_command(app_, "recall", "Find memories by meaning and words",
                                   "Examples:\n"
                                   "  loci recall \"where does she like to sit on a plane?\"\n"
                                   "  loci recall \"alarm code\" --space home --limit 3 --explain",
                                   [this] { return recall_; });
        recall->add_option("QUERY", recall_.words, "The question, as plain text")
            ->type_name("")
            ->required();
        recall->add_option("-n,--limit", recall_.limit, "Most memories to print (default: 10)")
            ->type_name("N")
            ->check(CLI::Range(1, 100).description(""));
        add_list(*recall, "--space", recall_.spaces, "Only this space; may be repeated");
        add_list(*recall, "--tag", recall_.tags, "Only memories with this tag; may be repeated");
        recall->add_option("--mode", recall_.mode, "hybrid, semantic, keyword (default: hybrid)")
            ->type_name("WORD")
            ->check(CLI::IsMember({"hybrid", "semantic", "keyword"}).description(""));
        recall
            ->add_option("--min-similarity", recall_.minimum_similarity,
                         "Drop memories that are less similar, 0 to 1")
            ->type_name("X")
            ->check(CLI::Range(0.0, 1.0).description(""));
        recall->add_flag("--recent", recall_.recent, "Newest first instead of best first");
        recall->add_flag("--explain", recall_.explain, "Say why each memory was found");
    }

    void add_file_commands() {
        auto* import = add_command(
            app_, "import", "Store many memories from a JSON Lines file",
            "Each line is an object: {\"content\": \"…\", \"space\": \"…\", \"tags\": [\"…\"],\n"
            "\"session\": \"…\", \"sequence\": 1, \"speaker\": \"…\", \"occurredAt\": \"…\", …}.\n"
            "Only content is required. Faulty lines are reported; the others are stored.\n\n"
            "Examples:\n"
            "  loci import memories.jsonl\n"
            "  loci export | ssh other-host loci import -",
            [this] { return import_; });
        import->add_option("FILE", import_.file, "JSON Lines file; - reads standard input")
            ->type_name("")
            ->required();
        import->add_option("--space", import_.space, "Space of lines that name none")
            ->type_name("SPACE");
        import->add_flag("--keep-ids", import_.keep_ids,
                         "Keep ids and times of an export (not through a server)");

        auto* write_out = add_command(app_, "export", "Print all memories as JSON Lines",
                                      "Examples:\n"
                                      "  loci export memories.jsonl\n"
                                      "  loci export --space travel | wc -l",
                                      [this] { return export_; });
        write_out->add_option("FILE", export_.file, "Where to write (default: standard output)")
            ->type_name("");
        add_list(*write_out, "--space", export_.spaces, "Only this space; may be repeated");
    }

    void add_key_commands() {
        auto* keys = app_.add_subcommand("keys", "Create, list and revoke API keys");
        keys->require_subcommand(1);
        keys->set_help_flag("-h,--help", "Print this help and exit");
        keys->footer("`loci keys COMMAND --help` explains one command.");
        auto* create = add_command(
            *keys, "create", "Make a new API key and print it, this once",
            "Scopes: memory:read memory:write runs:read runs:write executions:work\n"
            "governance:write team:admin audit:read keys:write. Without any, the key may do all\n"
            "that you may.\n\n"
            "Example:\n"
            "  loci keys create laptop --scope memory:read --expires-days 30",
            [this] { return create_key_; });
        create->add_option("NAME", create_key_.name, "What the key is for")
            ->type_name("")
            ->required();
        add_list(*create, "--scope", create_key_.scopes, "What it may do; may be repeated")
            ->check(CLI::Validator{why_no_scope, "", "scope"});
        create->add_option("--expires-days", create_key_.expires_days, "Days until it expires")
            ->type_name("N")
            ->check(CLI::Range(1, 3650).description(""));
        create
            ->add_option("--style", create_key_.style,
                         "Look of the key: memesh, memesh_legacy, memorose, memoryrelay")
            ->type_name("STYLE")
            ->check(CLI::IsMember({"memesh", "memesh_legacy", "memorose", "memoryrelay"})
                        .description(""));
        auto* list = add_command(*keys, "list", "List your API keys", "Example:\n  loci keys list",
                                 [this] { return list_keys_; });
        list->add_flag("--all", list_keys_.all, "Revoked keys too");
        auto* revoke =
            add_command(*keys, "revoke", "Make an API key useless, at once",
                        "Example:\n  loci keys revoke key_01JXYZ…", [this] { return revoke_key_; });
        revoke->add_option("ID", revoke_key_.id, "Id of the key, as listed")
            ->type_name("")
            ->required();
    }

    void add_care_commands() {
        add_command(
            app_, "serve", "Serve the data directory over HTTP until stopped",
            "The first start prints the owner's API key and keeps it in DIR/owner.key.\n\n"
            "Examples:\n"
            "  loci serve\n"
            "  loci serve --data /var/lib/loci --listen 0.0.0.0:8787 --tls-certificate chain.pem "
            "--tls-key key.pem",
            [] { return ServeCommand{}; }, Place::server);
        add_command(
            app_, "doctor", "Check a data directory for damage",
            "Reads only, also while a server runs. Ends with 1 when something is wrong.",
            [] { return DoctorCommand{}; }, Place::directory);
        auto* backup = add_command(
            app_, "backup", "Copy the data into a new directory",
            "Works while a server runs. The copy is a data directory of its own; API keys work\n"
            "there too, but owner.key is never copied.\n\n"
            "Example:\n"
            "  loci backup /mnt/backup/loci-today",
            [this] { return backup_; }, Place::directory);
        backup->add_option("DIR", backup_.directory, "New directory for the copy")
            ->type_name("")
            ->required();
        add_command(
            app_, "config", "Print the settings in effect, secrets masked",
            "Flags win over the environment, the environment over the file.",
            [] { return ConfigCommand{}; }, Place::everywhere);
        add_command(
            app_, "version", "Print the version", "", [] { return VersionCommand{}; },
            Place::nowhere);
    }

    static CLI::Option* add_list(CLI::App& command, std::string const& name,
                                 std::vector<std::string>& values, std::string const& help) {
        return command.add_option(name, values, help)
            ->type_size(1)
            ->expected(1)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
            ->allow_extra_args(false)
            ->type_name(name == "--scope" ? "SCOPE"
                        : name == "--tag" ? "TAG"
                                          : "SPACE");
    }

    GivenSettings flags() const {
        GivenSettings given;
        for (auto const& [rule, option] : setting_options_) {
            if (option->count() > 0) {
                given.emplace(rule->name, values_.at(std::string{rule->name}));
            }
        }
        return given;
    }

    CLI::App app_;
    std::map<std::string, std::vector<std::string>> values_;
    std::vector<std::pair<SettingRule const*, CLI::Option*>> setting_options_;
    std::vector<Entry> commands_;
    std::optional<std::string> config_file_;
    bool json_ = false;
    RememberCommand remember_;
    RecallCommand recall_;
    ImportCommand import_;
    ExportCommand export_;
    CreateKeyCommand create_key_;
    ListKeysCommand list_keys_;
    RevokeKeyCommand revoke_key_;
    BackupCommand backup_;
};

} // namespace

std::variant<Invocation, Notice> parse_command_line(std::vector<std::string> words) {
    if (!words.empty() && words.front() == "help") {
        words.erase(words.begin());
        words.emplace_back("--help");
    }
    if (words.size() == 1 && words.front() == "--version") {
        words.front() = "version";
    }
    return Grammar{}.parse(std::move(words));
}

} // namespace loci::cli
