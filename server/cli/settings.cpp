#include "cli/settings.hpp"

#include "http/listen_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace loci::cli {
namespace {

using enum SettingKind;
using enum SettingUse;

constexpr std::array<std::string_view, 2> log_formats{"text", "json"};
constexpr std::array<std::string_view, 4> log_levels{"debug", "info", "warning", "error"};

constexpr std::array<SettingRule, 31> rules{{
    {"data", path, "DIR", "Directory that holds the memories (default: ~/.local/share/loci)"},
    {"url",
     text,
     "URL",
     "Talk to the server at this address instead of opening the directory",
     {},
     {},
     clients},
    {"key",
     secret,
     "KEY",
     "API key for the server; safer in LOCI_KEY or in a file, where `ps` does not show it",
     {},
     {},
     clients},
    {"key-file", path, "FILE", "File that holds the API key", {}, {}, clients},
    {"certificate-authority",
     path,
     "FILE",
     "PEM file to trust besides the system's certificates",
     {},
     {},
     clients},
    {"listen",
     list,
     "ADDR:PORT",
     "Address to serve on; may be given more than once",
     "127.0.0.1:8787",
     {},
     serving},
    {"tls-certificate", path, "FILE", "PEM certificate chain: serve https", {}, {}, serving},
    {"tls-key", path, "FILE", "PEM private key of the certificate", {}, {}, serving},
    {"cors-origin",
     list,
     "ORIGIN",
     "Web origin whose pages may call the server, or *; may be given more than once",
     {},
     {},
     serving},
    {"log-format", choice, "text|json", "Form of the log lines on standard error", "text",
     log_formats, serving},
    {"log-level", choice, "LEVEL", "Least important lines to log: debug, info, warning, error",
     "info", log_levels, serving},
    {"max-connections",
     number,
     "N",
     "Connections served at once; more are refused politely",
     "4096",
     {},
     serving},
    {"stop-timeout",
     number,
     "SECONDS",
     "Time that running requests get when the server stops",
     "30",
     {},
     serving},
    {"maximum-size", size, "SIZE", "Largest size of the database file, e.g. 10GiB"},
    {"memory-budget", size, "SIZE",
     "Memory for the indexes of all users; what is asked for least is read again", "2GiB"},
    {"embedder",
     text,
     "KIND",
     "What makes vectors: wordnet (built in), static:DIR (a model2vec folder), or openai (a server "
     "with"
     " OpenAI's /embeddings, named by the settings below)",
     "wordnet",
     {},
     serving},
    {"former-embedder",
     text,
     "KIND",
     "The embedder of before, for questions while memories are embedded again",
     {},
     {},
     serving},
    {"embedding-url",
     text,
     "URL",
     "Base URL of the embedding server, e.g. http://127.0.0.1:11434/v1",
     {},
     {},
     serving},
    {"embedding-model",
     text,
     "NAME",
     "Model that the embedding server is asked for",
     {},
     {},
     serving},
    {"embedding-key",
     secret,
     "KEY",
     "Key for the embedding server; safer in LOCI_EMBEDDING_KEY or in a file",
     {},
     {},
     serving},
    {"embedding-key-file", path, "FILE", "File that holds that key", {}, {}, serving},
    {"embedding-dimensions",
     number,
     "N",
     "Length of vectors to ask for; only models trained for it",
     {},
     {},
     serving},
    {"embedding-query-prefix",
     text,
     "TEXT",
     "Put before each question, as the model's card says",
     {},
     {},
     serving},
    {"embedding-passage-prefix",
     text,
     "TEXT",
     "Put before each memory, as the model's card says",
     {},
     {},
     serving},
    {"embedding-batch",
     number,
     "N",
     "Texts in one request to the embedding server",
     "32",
     {},
     serving},
    {"embedding-timeout",
     number,
     "SECONDS",
     "Time that one request to the embedding server may take",
     "30",
     {},
     serving},
    {"chat-url",
     text,
     "URL",
     "Base URL of a server with OpenAI's /chat/completions; optional",
     {},
     {},
     serving},
    {"chat-model", text, "NAME", "Model that the chat server is asked for", {}, {}, serving},
    {"chat-key",
     secret,
     "KEY",
     "Key for the chat server; safer in LOCI_CHAT_KEY or in a file",
     {},
     {},
     serving},
    {"chat-key-file", path, "FILE", "File that holds that key", {}, {}, serving},
    {"chat-timeout",
     number,
     "SECONDS",
     "Time that one request to the chat server may take",
     "120",
     {},
     serving},
}};

std::optional<std::int64_t> parse_number(std::string_view text) {
    std::int64_t number = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || failure != std::errc{} || end != text.data() + text.size() || number < 0) {
        return std::nullopt;
    }
    return number;
}

/// As browsers write an origin: without a path, so that `https://a.example/` would match nothing.
bool is_origin(std::string_view text) {
    auto const colon = text.find("://");
    return text == "*" || text == "null" ||
           (colon != std::string_view::npos && colon > 0 && colon + 3 < text.size() &&
            text.find_first_of("/?#* ", colon + 3) == std::string_view::npos);
}

bool is_embedder(std::string_view text) {
    constexpr std::string_view folder = "static:";
    return text == "wordnet" || text == "openai" ||
           (text.starts_with(folder) && text.size() > folder.size());
}

/// Why the value is no good; nullopt when it is.
std::optional<std::string> fault(SettingRule const& rule, std::string_view value) {
    if (value.empty()) {
        return "is empty";
    }
    switch (rule.kind) {
    case number:
        if (auto const parsed = parse_number(value);
            !parsed || *parsed < 1 || *parsed > 1'000'000) {
            return "must be a number between 1 and 1000000";
        }
        break;
    case size:
        if (auto const parsed = parse_size(value); !parsed || *parsed < 1) {
            return "must be a size such as 512MiB or 10GiB";
        }
        break;
    case choice:
        if (std::find(rule.choices.begin(), rule.choices.end(), value) == rule.choices.end()) {
            return fmt::format("must be one of: {}", fmt::join(rule.choices, ", "));
        }
        break;
    case list:
        if (rule.name == "listen" && !server::parse_listen_address(value)) {
            return "must be ADDRESS:PORT, e.g. 127.0.0.1:8787";
        }
        if (rule.name == "cors-origin" && !is_origin(value)) {
            return "must be an origin such as https://app.example:8443, without a path, or *";
        }
        break;
    case text:
        if (rule.name.ends_with("embedder") && !is_embedder(value)) {
            return "must be wordnet, openai, or static: and a folder";
        }
        break;
    case secret:
    case path:
        break;
    }
    return std::nullopt;
}

Error faulty(std::string_view name, std::string_view origin, std::string_view why) {
    auto const where = origin == "flag" ? fmt::format("--{}", name)
                       : origin == "environment"
                           ? environment_name(name)
                           : fmt::format("{} in the configuration file", name);
    return invalid_field(std::string{name}, "value", fmt::format("{} {}", where, why));
}

/// Reads the effective values by name.
class Reader {
public:
    explicit Reader(std::vector<EffectiveSetting> const& effective)
        : effective_(effective) {}

    std::vector<std::string> const& list(std::string_view name) const {
        return std::find_if(effective_.begin(), effective_.end(),
                            [name](auto const& setting) { return setting.name == name; })
            ->values;
    }

    std::optional<std::string> text(std::string_view name) const {
        auto const& values = list(name);
        return values.empty() ? std::nullopt : std::optional{values.front()};
    }

    std::optional<std::filesystem::path> path(std::string_view name) const {
        auto const value = text(name);
        return value ? std::optional<std::filesystem::path>{*value} : std::nullopt;
    }

    std::optional<std::int64_t> number(std::string_view name) const {
        auto const value = text(name);
        return value ? parse_number(*value) : std::nullopt;
    }

    bool is_given(std::string_view name) const {
        return std::any_of(effective_.begin(), effective_.end(), [name](auto const& setting) {
            return setting.name == name && setting.origin != "default";
        });
    }

private:
    std::vector<EffectiveSetting> const& effective_;
};

/// `prefix` is `embedding` or `chat`.
ModelServerSettings model_server(Reader const& reader, std::string const& prefix) {
    return {.url = reader.text(prefix + "-url"),
            .model = reader.text(prefix + "-model"),
            .key = reader.text(prefix + "-key"),
            .key_file = reader.path(prefix + "-key-file"),
            .timeout = *reader.number(prefix + "-timeout")};
}

EmbeddingSettings embedding_settings(Reader const& reader) {
    return {.embedder = *reader.text("embedder"),
            .is_given = reader.is_given("embedder"),
            .former = reader.text("former-embedder"),
            .server = model_server(reader, "embedding"),
            .dimensions = reader.number("embedding-dimensions"),
            .query_prefix = reader.text("embedding-query-prefix").value_or(""),
            .passage_prefix = reader.text("embedding-passage-prefix").value_or(""),
            .batch = *reader.number("embedding-batch")};
}

/// A model's server needs an address and a name, or neither.
std::optional<Error> check_models(Settings const& settings) {
    auto const& embedding = settings.embedding;
    auto const asks_server = embedding.embedder == "openai" || embedding.former == "openai";
    if (asks_server && !(embedding.server.url && embedding.server.model)) {
        return invalid_field(embedding.server.url ? "embedding-model" : "embedding-url", "required",
                             "the embedder openai needs --embedding-url and --embedding-model");
    }
    if (settings.chat.url.has_value() != settings.chat.model.has_value()) {
        return invalid_field(settings.chat.url ? "chat-model" : "chat-url", "required",
                             "--chat-url and --chat-model belong together");
    }
    return std::nullopt;
}

} // namespace

std::span<SettingRule const> setting_rules() noexcept {
    return rules;
}

SettingRule const* find_setting(std::string_view name) noexcept {
    auto const found = std::find_if(rules.begin(), rules.end(),
                                    [name](auto const& rule) { return rule.name == name; });
    return found == rules.end() ? nullptr : &*found;
}

std::string environment_name(std::string_view setting) {
    std::string name = "LOCI_";
    for (auto const character : setting) {
        name += character == '-'                       ? '_'
                : character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A')
                                                       : character;
    }
    return name;
}

GivenSettings from_environment(Lookup const& environment) {
    GivenSettings given;
    for (auto const& rule : rules) {
        auto const value = environment(environment_name(rule.name));
        if (!value || value->empty()) {
            continue;
        }
        auto& values = given[std::string{rule.name}];
        std::size_t begin = 0;
        auto end = rule.kind == list ? value->find(',') : std::string::npos;
        for (; end != std::string::npos; end = value->find(',', begin)) {
            values.push_back(value->substr(begin, end - begin));
            begin = end + 1;
        }
        values.push_back(value->substr(begin));
    }
    return given;
}

std::optional<std::filesystem::path> default_directory(Lookup const& environment) {
    if (auto const base = environment("XDG_DATA_HOME"); base && base->starts_with('/')) {
        return std::filesystem::path{*base} / "loci";
    }
    if (auto const home = environment("HOME"); home && !home->empty()) {
        return std::filesystem::path{*home} / ".local/share/loci";
    }
    return std::nullopt;
}

Result<std::filesystem::path>
find_directory(GivenSettings const& flags, GivenSettings const& environment, Lookup const& lookup) {
    for (auto const* layer : {&flags, &environment}) {
        if (auto const given = layer->find("data"); given != layer->end()) {
            return std::filesystem::path{given->second.back()};
        }
    }
    if (auto const directory = default_directory(lookup)) {
        return *directory;
    }
    return invalid_field("data", "required",
                         "no home directory is known: name the data directory with --data DIR");
}

Result<Settings> resolve(GivenSettings const& flags, GivenSettings const& environment,
                         GivenSettings const& file, Lookup const& lookup) {
    Settings settings;
    std::array<std::pair<char const*, GivenSettings const*>, 3> const layers{
        {{"flag", &flags}, {"environment", &environment}, {"file", &file}}};
    for (auto const& rule : rules) {
        EffectiveSetting effective{std::string{rule.name}, {}, "default"};
        if (!rule.fallback.empty()) {
            effective.values.emplace_back(rule.fallback);
        }
        for (auto const& [origin, layer] : layers) {
            auto const given = layer->find(rule.name);
            if (given == layer->end()) {
                continue;
            }
            effective = {std::string{rule.name}, given->second, origin};
            for (auto const& value : effective.values) {
                if (auto const why = fault(rule, value)) {
                    return faulty(rule.name, origin, *why);
                }
            }
            if (rule.kind != list && effective.values.size() != 1) {
                return faulty(rule.name, origin, "takes one value");
            }
            break;
        }
        settings.effective.push_back(std::move(effective));
    }
    auto& data = settings.effective.front();
    if (data.values.empty()) {
        auto const directory = find_directory(flags, environment, lookup);
        if (!directory) {
            return directory.error();
        }
        data.values.push_back(directory->string());
    }
    Reader const reader{settings.effective};
    settings.data = *reader.path("data");
    settings.url = reader.text("url");
    settings.key = reader.text("key");
    settings.key_file = reader.path("key-file");
    settings.certificate_authority = reader.path("certificate-authority");
    settings.listen = reader.list("listen");
    settings.tls_certificate = reader.path("tls-certificate");
    settings.tls_key = reader.path("tls-key");
    settings.cors_origins = reader.list("cors-origin");
    settings.log_format = *reader.text("log-format");
    settings.log_level = *reader.text("log-level");
    settings.max_connections =
        static_cast<std::size_t>(*parse_number(*reader.text("max-connections")));
    settings.stop_timeout = *parse_number(*reader.text("stop-timeout"));
    settings.memory_budget = static_cast<std::size_t>(*parse_size(*reader.text("memory-budget")));
    if (auto const size_text = reader.text("maximum-size")) {
        settings.maximum_size = parse_size(*size_text);
    }
    if (settings.tls_certificate.has_value() != settings.tls_key.has_value()) {
        return invalid_field("tls-key", "required",
                             "--tls-certificate and --tls-key belong together");
    }
    settings.embedding = embedding_settings(reader);
    settings.chat = model_server(reader, "chat");
    if (auto const error = check_models(settings)) {
        return *error;
    }
    return settings;
}

std::vector<std::string> shown_values(EffectiveSetting const& setting) {
    auto const* rule = find_setting(setting.name);
    if (rule != nullptr && rule->kind == secret) {
        return std::vector<std::string>(setting.values.size(), "********");
    }
    return setting.values;
}

std::optional<std::int64_t> parse_size(std::string_view text) {
    std::int64_t unit = 1;
    constexpr std::array<std::pair<std::string_view, int>, 4> units{
        {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}}};
    for (auto const& [word, bits] : units) {
        if (text.ends_with(word)) {
            unit = std::int64_t{1} << bits;
            text.remove_suffix(word.size());
            break;
        }
    }
    auto const number_of_units = parse_number(text);
    if (!number_of_units || *number_of_units > std::numeric_limits<std::int64_t>::max() / unit) {
        return std::nullopt;
    }
    return *number_of_units * unit;
}

} // namespace loci::cli
