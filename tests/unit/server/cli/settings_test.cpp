#include "support/result_text.hpp"

#include <cli/settings.hpp>
#include <loci/memory/index_statistics.hpp>

namespace loci::cli {
namespace {

using Variables = std::map<std::string, std::string>;

Lookup lookup_in(Variables variables) {
    return [variables = std::move(variables)](std::string const& name) {
        auto const found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional{found->second};
    };
}

Result<Settings> resolve_all(GivenSettings const& flags, Variables const& variables,
                             GivenSettings const& file) {
    auto const lookup = lookup_in(variables);
    return resolve(flags, from_environment(lookup), file, lookup);
}

std::string origin_of(Settings const& settings, std::string const& name) {
    for (auto const& setting : settings.effective) {
        if (setting.name == name) {
            return setting.origin;
        }
    }
    return "none";
}

Variables const home{{"HOME", "/home/ines"}};

TEST_CASE("a flag wins over the environment, the environment over the file", "[cli][settings]") {
    GivenSettings const flag{{"log-level", {"debug"}}};
    GivenSettings const file{{"log-level", {"error"}}};
    Variables const variables{{"HOME", "/home/ines"}, {"LOCI_LOG_LEVEL", "warning"}};
    auto const all = resolve_all(flag, variables, file);
    REQUIRE(all);
    CHECK(all->log_level == "debug");
    CHECK(origin_of(*all, "log-level") == "flag");
    auto const two = resolve_all({}, variables, file);
    REQUIRE(two);
    CHECK(two->log_level == "warning");
    CHECK(origin_of(*two, "log-level") == "environment");
    auto const one = resolve_all({}, home, file);
    REQUIRE(one);
    CHECK(one->log_level == "error");
    CHECK(origin_of(*one, "log-level") == "file");
    auto const none = resolve_all({}, home, {});
    REQUIRE(none);
    CHECK(none->log_level == "info");
    CHECK(origin_of(*none, "log-level") == "default");
}

TEST_CASE("the data directory follows the habits of the desktop", "[cli][settings]") {
    CHECK(resolve_all({}, home, {})->data == "/home/ines/.local/share/loci");
    CHECK(resolve_all({}, {{"HOME", "/home/ines"}, {"XDG_DATA_HOME", "/data"}}, {})->data ==
          "/data/loci");
    CHECK(resolve_all({}, {{"HOME", "/home/ines"}, {"XDG_DATA_HOME", "relative"}}, {})->data ==
          "/home/ines/.local/share/loci");
    CHECK(resolve_all({}, {{"LOCI_DATA", "/srv/loci"}}, {})->data == "/srv/loci");
    CHECK(resolve_all({{"data", {"/tmp/x"}}}, {{"LOCI_DATA", "/srv/loci"}}, {})->data == "/tmp/x");
    auto const unknown = resolve_all({}, {}, {});
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().message.find("--data") != std::string::npos);
}

TEST_CASE("lists in the environment are divided at commas, and empty means unset",
          "[cli][settings]") {
    auto const settings = resolve_all(
        {}, {{"HOME", "/h"}, {"LOCI_LISTEN", "127.0.0.1:1,[::1]:2"}, {"LOCI_URL", ""}}, {});
    REQUIRE(settings);
    CHECK(settings->listen == std::vector<std::string>{"127.0.0.1:1", "[::1]:2"});
    CHECK_FALSE(settings->url);
}

TEST_CASE("every setting has its own variable", "[cli][settings]") {
    CHECK(environment_name("tls-certificate") == "LOCI_TLS_CERTIFICATE");
    for (auto const& rule : setting_rules()) {
        Variables const variables{{environment_name(rule.name), "value"}};
        CHECK(from_environment(lookup_in(variables)).contains(rule.name));
        CHECK(find_setting(rule.name) == &rule);
    }
}

TEST_CASE("a faulty value is named with the place that it comes from", "[cli][settings]") {
    auto const message = [](GivenSettings const& flags, Variables variables,
                            GivenSettings const& file) {
        variables.emplace("HOME", "/h");
        auto const settings = resolve_all(flags, variables, file);
        REQUIRE_FALSE(settings);
        CHECK(settings.error().kind == ErrorKind::invalid);
        return settings.error().message;
    };
    CHECK(message({{"log-format", {"xml"}}}, {}, {}).starts_with("--log-format must be one of"));
    CHECK(message({}, {{"LOCI_MAX_CONNECTIONS", "many"}}, {})
              .starts_with("LOCI_MAX_CONNECTIONS must be a number"));
    CHECK(message({}, {}, {{"maximum-size", {"0"}}})
              .starts_with("maximum-size in the configuration file must be a size"));
    CHECK(message({{"stop-timeout", {"-1"}}}, {}, {}).starts_with("--stop-timeout must be"));
    CHECK(message({{"data", {""}}}, {}, {}) == "--data is empty");
    for (auto const* address : {"8787", "127.0.0.1:x", "127.0.0.1:99999", "::1:8787", "host:1"}) {
        CHECK(message({{"listen", {"127.0.0.1:1", address}}}, {}, {})
                  .starts_with("--listen must be ADDRESS:PORT"));
    }
    CHECK(message({}, {{"LOCI_LISTEN", "127.0.0.1:1,"}}, {}).starts_with("LOCI_LISTEN is empty"));
    for (auto const* origin :
         {"a.example", "https://a.example/", "https://", "://a", "https://*"}) {
        CHECK(message({}, {}, {{"cors-origin", {origin}}})
                  .starts_with("cors-origin in the configuration file must be an origin"));
    }
    CHECK(
        resolve_all({{"cors-origin", {"*", "null", "https://a.example:1", "app://x"}}}, home, {}));
    CHECK(message({}, {}, {{"url", {"a", "b"}}}) ==
          "url in the configuration file takes one value");
    CHECK(message({{"tls-key", {"k.pem"}}}, {}, {}).find("belong together") != std::string::npos);
}

TEST_CASE("secrets are masked where settings are shown", "[cli][settings]") {
    auto const settings = resolve_all({{"key", {"mk_secret"}}}, home, {});
    REQUIRE(settings);
    CHECK(settings->key == "mk_secret");
    for (auto const& setting : settings->effective) {
        for (auto const& value : shown_values(setting)) {
            CHECK(value.find("mk_secret") == std::string::npos);
        }
    }
}

TEST_CASE("the memory budget has a default and takes a size", "[cli][settings]") {
    CHECK(resolve_all({}, home, {})->memory_budget == memory::default_memory_budget);
    CHECK(resolve_all({{"memory-budget", {"64MiB"}}}, home, {})->memory_budget == 64 << 20);
    CHECK(resolve_all({}, {{"HOME", "/h"}, {"LOCI_MEMORY_BUDGET", "1GiB"}}, {})->memory_budget ==
          1 << 30);
}

TEST_CASE("sizes are read with binary units", "[cli][settings]") {
    CHECK(parse_size("512") == 512);
    CHECK(parse_size("64KiB") == 65'536);
    CHECK(parse_size("3MiB") == 3 * 1024 * 1024);
    CHECK(parse_size("2GiB") == 2LL * 1024 * 1024 * 1024);
    for (auto const* text :
         {"", "KiB", "-1", "1.5GiB", "10 MiB", "10MB", "9999999999TiB", "99999999999999999999"}) {
        CHECK_FALSE(parse_size(text));
    }
}

TEST_CASE("embedding settings are complete or refused", "[cli][settings]") {
    auto const usual = resolve_all({}, home, {});
    REQUIRE(usual);
    CHECK(usual->embedding.embedder == "wordnet");
    CHECK_FALSE(usual->embedding.is_given);
    CHECK(usual->embedding.batch == 32);
    CHECK_FALSE(usual->chat.url);

    Variables const variables{{"HOME", "/home/ines"},
                              {"LOCI_EMBEDDING_KEY", "sk-1"},
                              {"LOCI_EMBEDDING_QUERY_PREFIX", "query: "}};
    GivenSettings const file{{"embedder", {"openai"}},
                             {"embedding-url", {"http://127.0.0.1:11434/v1"}},
                             {"embedding-model", {"nomic-embed-text"}},
                             {"embedding-dimensions", {"256"}}};
    auto const given = resolve_all({}, variables, file);
    REQUIRE(given);
    CHECK(given->embedding.is_given);
    CHECK(given->embedding.server.url == "http://127.0.0.1:11434/v1");
    CHECK(given->embedding.server.key == "sk-1");
    CHECK(given->embedding.server.timeout == 30);
    CHECK(given->embedding.dimensions == 256);
    CHECK(given->embedding.query_prefix == "query: ");
    for (auto const& setting : given->effective) {
        if (setting.name == "embedding-key") {
            CHECK(shown_values(setting) == std::vector<std::string>{"********"});
        }
    }

    auto const field = [](GivenSettings const& flags) {
        auto const resolved = resolve_all(flags, home, {});
        return resolved ? "" : resolved.error().fields.at(0).path;
    };
    CHECK(field({{"embedder", {"openai"}}}) == "embedding-url");
    CHECK(field({{"embedder", {"openai"}}, {"embedding-url", {"http://x/v1"}}}) ==
          "embedding-model");
    CHECK(field({{"former-embedder", {"openai"}}}) == "embedding-url");
    CHECK(field({{"embedder", {"static:"}}}) == "embedder");
    CHECK(field({{"embedder", {"glove"}}}) == "embedder");
    CHECK(field({{"embedder", {"static:/models/potion"}}}).empty());
    CHECK(field({{"chat-url", {"http://x/v1"}}}) == "chat-model");
    CHECK(field({{"chat-model", {"m"}}}) == "chat-url");
}

} // namespace
} // namespace loci::cli
