#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <loci/base/result.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What can be configured. Flag (`--log-level`), environment variable (`LOCI_LOG_LEVEL`) and member
/// of the TOML file (`log-level`) have the same name; the first of the three that is given wins.
namespace loci::cli {

enum class SettingKind : std::uint8_t { text, secret, path, list, number, size, choice };

/// Which commands a setting matters to.
enum class SettingUse : std::uint8_t {
    everywhere,
    clients, ///< those that may talk to a server
    serving  ///< `loci serve`
};

/// One setting, as data.
struct SettingRule {
    std::string_view name;
    SettingKind kind;
    std::string_view placeholder;
    std::string_view help;
    std::string_view fallback{}; ///< empty: unset
    std::span<std::string_view const> choices{};
    SettingUse use = SettingUse::everywhere;
};

std::span<SettingRule const> setting_rules() noexcept;
SettingRule const* find_setting(std::string_view name) noexcept;

/// `log-level` gives `LOCI_LOG_LEVEL`.
std::string environment_name(std::string_view setting);

using GivenSettings = std::map<std::string, std::vector<std::string>, std::less<>>;
using Lookup = std::function<std::optional<std::string>(std::string const&)>;

/// The settings that the environment gives; an empty variable counts as absent, and a list is
/// divided at commas.
GivenSettings from_environment(Lookup const& environment);

/// The value of one setting and where it comes from: `flag`, `environment`, `file`, `default`.
struct EffectiveSetting {
    std::string name;
    std::vector<std::string> values;
    std::string origin;
};

/// A server that speaks OpenAI's wire format.
struct ModelServerSettings {
    std::optional<std::string> url{};
    std::optional<std::string> model{};
    std::optional<std::string> key{};
    std::optional<std::filesystem::path> key_file{};
    std::int64_t timeout = 0; ///< seconds
};

/// Which model embeds: `wordnet`, `static:DIR` or `openai`.
struct EmbeddingSettings {
    std::string embedder = "wordnet";
    bool is_given = false; ///< somebody chose it
    std::optional<std::string> former{};
    ModelServerSettings server{};
    std::optional<std::int64_t> dimensions{};
    std::string query_prefix{};
    std::string passage_prefix{};
    std::int64_t batch = 32;
};

struct Settings {
    std::filesystem::path data;
    std::optional<std::string> url;
    std::optional<std::string> key;
    std::optional<std::filesystem::path> key_file;
    std::optional<std::filesystem::path> certificate_authority;
    std::vector<std::string> listen;
    std::optional<std::filesystem::path> tls_certificate;
    std::optional<std::filesystem::path> tls_key;
    std::vector<std::string> cors_origins;
    std::string log_format;
    std::string log_level;
    std::size_t max_connections = 0;
    std::int64_t stop_timeout = 0; ///< seconds
    std::optional<std::int64_t> maximum_size;
    std::size_t memory_budget = 0;
    EmbeddingSettings embedding;
    ModelServerSettings chat;                ///< without a URL: no language model
    std::vector<EffectiveSetting> effective; ///< in the order of the rules
};

/// `$XDG_DATA_HOME/loci`, else `~/.local/share/loci`; nullopt where neither is known.
std::optional<std::filesystem::path> default_directory(Lookup const& environment);

/// The data directory, which must be known before the file in it can be read.
/// Errors: `invalid` (none is given and no home directory is known).
Result<std::filesystem::path>
find_directory(GivenSettings const& flags, GivenSettings const& environment, Lookup const& lookup);

/// Errors: `invalid`, naming the setting and where the faulty value comes from.
Result<Settings> resolve(GivenSettings const& flags, GivenSettings const& environment,
                         GivenSettings const& file, Lookup const& lookup);

/// The values, with secrets replaced by a mask.
std::vector<std::string> shown_values(EffectiveSetting const& setting);

/// `512`, `64KiB`, `10MiB`, `2GiB`; nullopt for anything else.
std::optional<std::int64_t> parse_size(std::string_view text);

} // namespace loci::cli
