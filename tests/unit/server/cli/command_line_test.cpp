#include <catch2/catch.hpp>
#include <cli/command_line.hpp>

namespace loci::cli {
namespace {

Invocation parsed(std::vector<std::string> words) {
    auto result = parse_command_line(std::move(words));
    if (auto const* notice = std::get_if<Notice>(&result)) {
        FAIL(notice->text);
    }
    return std::get<Invocation>(std::move(result));
}

Notice refused(std::vector<std::string> words) {
    auto result = parse_command_line(std::move(words));
    REQUIRE(std::holds_alternative<Notice>(result));
    return std::get<Notice>(std::move(result));
}

TEST_CASE("remember takes its text with or without quotes", "[cli][command_line]") {
    auto const one = parsed({"remember", "aisle seats", "--tag", "travel", "--tag", "plane",
                             "--space", "home", "--importance", "0.5", "--data", "/d"});
    auto const& command = std::get<RememberCommand>(one.command);
    CHECK(command.words == std::vector<std::string>{"aisle seats"});
    CHECK(command.tags == std::vector<std::string>{"travel", "plane"});
    CHECK(command.space == "home");
    CHECK(command.importance == 0.5);
    CHECK(one.flags == GivenSettings{{"data", {"/d"}}});

    auto const several = parsed({"remember", "--tag", "travel", "aisle", "seats"});
    CHECK(std::get<RememberCommand>(several.command).words ==
          std::vector<std::string>{"aisle", "seats"});
    CHECK(std::get<RememberCommand>(several.command).tags == std::vector<std::string>{"travel"});
    auto const dash = parsed({"remember", "-"});
    CHECK(std::get<RememberCommand>(dash.command).words == std::vector<std::string>{"-"});
}

TEST_CASE("settings are taken before and after the command", "[cli][command_line]") {
    CHECK(parsed({"--data", "/d", "recall", "q"}).flags == GivenSettings{{"data", {"/d"}}});
    CHECK(parsed({"recall", "q", "--data=/d", "--json"}).json);
    auto const serve =
        parsed({"serve", "--listen", "127.0.0.1:1", "--listen", "[::1]:2", "--log-format", "json"});
    CHECK(serve.flags ==
          GivenSettings{{"listen", {"127.0.0.1:1", "[::1]:2"}}, {"log-format", {"json"}}});
    CHECK(parsed({"config", "--config", "x.toml"}).config_file == "x.toml");
}

TEST_CASE("recall reads its options", "[cli][command_line]") {
    auto const invocation =
        parsed({"recall", "where", "to", "sit", "-n", "3", "--space", "a", "--space", "b", "--tag",
                "t", "--mode", "keyword", "--min-similarity", "0.3", "--explain", "--recent"});
    auto const& command = std::get<RecallCommand>(invocation.command);
    CHECK(command.words == std::vector<std::string>{"where", "to", "sit"});
    CHECK(command.limit == 3);
    CHECK(command.spaces == std::vector<std::string>{"a", "b"});
    CHECK(command.tags == std::vector<std::string>{"t"});
    CHECK(command.mode == "keyword");
    CHECK(command.minimum_similarity == 0.3);
    CHECK(command.explain);
    CHECK(command.recent);
}

TEST_CASE("keys have commands of their own", "[cli][command_line]") {
    auto const create = parsed({"keys", "create", "ci", "--scope", "memory:read", "--scope",
                                "runs:read", "--expires-days", "30", "--style", "memorose"});
    auto const& command = std::get<CreateKeyCommand>(create.command);
    CHECK(command.name == "ci");
    CHECK(command.scopes == std::vector<std::string>{"memory:read", "runs:read"});
    CHECK(command.expires_days == 30);
    CHECK(command.style == "memorose");
    CHECK(std::get<ListKeysCommand>(parsed({"keys", "list", "--all"}).command).all);
    CHECK(std::get<RevokeKeyCommand>(parsed({"keys", "revoke", "key_1"}).command).id == "key_1");
}

TEST_CASE("files default to the standard streams", "[cli][command_line]") {
    CHECK(std::get<ExportCommand>(parsed({"export"}).command).file == "-");
    CHECK(std::get<ImportCommand>(parsed({"import", "-"}).command).file == "-");
    CHECK(std::get<BackupCommand>(parsed({"backup", "/b"}).command).directory == "/b");
    CHECK(std::holds_alternative<DoctorCommand>(parsed({"doctor"}).command));
    CHECK(std::holds_alternative<VersionCommand>(parsed({"--version"}).command));
}

TEST_CASE("wrong words end as usage and say how to get help", "[cli][command_line]") {
    std::vector<std::vector<std::string>> const wrong{{"rember", "x"},
                                                      {"remember"},
                                                      {"recall"},
                                                      {"recall", "q", "--limit", "0"},
                                                      {"recall", "q", "--limit", "101"},
                                                      {"recall", "q", "--limit", "ten"},
                                                      {"recall", "q", "--mode", "magic"},
                                                      {"remember", "x", "--importance", "2"},
                                                      {"keys"},
                                                      {"keys", "create"},
                                                      {"keys", "create", "x", "--style", "y"},
                                                      {"backup"},
                                                      {"doctor", "--unknown"},
                                                      {"serve", "extra"}};
    for (auto const& words : wrong) {
        auto const notice = refused(words);
        INFO(notice.text);
        CHECK(notice.code == ExitCode::usage);
        CHECK(notice.text.starts_with("loci: "));
        CHECK(notice.text.find("--help") != std::string::npos);
    }
}

TEST_CASE("help explains the program and each command with examples", "[cli][command_line]") {
    auto const whole = refused({"--help"});
    CHECK(whole.code == ExitCode::success);
    for (auto const* word : {"remember", "recall", "import", "export", "keys", "doctor", "backup",
                             "config", "version", "serve", "Examples:", "--data"}) {
        CHECK(whole.text.find(word) != std::string::npos);
    }
    for (auto const* command : {"remember", "recall", "import", "export", "serve", "backup"}) {
        auto const notice = refused({command, "--help"});
        INFO(notice.text);
        CHECK(notice.code == ExitCode::success);
        CHECK(notice.text.find("Example") != std::string::npos);
        CHECK(notice.text.find("--data DIR") != std::string::npos);
    }
    CHECK(refused({"serve", "-h"}).text.find("--tls-certificate") != std::string::npos);
    CHECK(refused({"help", "recall"}).text == refused({"recall", "--help"}).text);
    CHECK(refused({"keys", "create", "--help"}).text.find("memory:read") != std::string::npos);
    CHECK(refused({}).code == ExitCode::usage);
    CHECK(refused({}).text.find("remember") != std::string::npos);
}

TEST_CASE("the help of a command shows its own examples and settings", "[cli][command_line]") {
    auto const shows = [](std::vector<std::string> const& words, char const* text) {
        return refused(words).text.find(text) != std::string::npos;
    };
    for (auto const* command : {"serve", "export", "keys", "doctor", "config", "version"}) {
        CHECK_FALSE(shows({command, "--help"}, "loci recall \"where does she like"));
    }
    CHECK(shows({"recall", "--help"}, "--url URL"));
    CHECK(shows({"keys", "list", "--help"}, "--key-file FILE"));
    for (auto const* command : {"serve", "doctor", "backup", "version"}) {
        CHECK_FALSE(shows({command, "--help"}, "--url URL"));
    }
    CHECK_FALSE(shows({"recall", "--help"}, "--listen"));
    CHECK(shows({"config", "--help"}, "--listen"));
    CHECK(shows({"config", "--help"}, "--url URL"));
    CHECK_FALSE(shows({"version", "--help"}, "--data"));
}

TEST_CASE("a setting that means nothing to a command is refused", "[cli][command_line]") {
    std::vector<std::vector<std::string>> const wrong{
        {"doctor", "--url", "http://127.0.0.1:1"},  {"backup", "/b", "--key", "k"},
        {"recall", "q", "--listen", "127.0.0.1:1"}, {"serve", "--key-file", "f"},
        {"--url", "http://127.0.0.1:1", "serve"},   {"version", "--data", "/d"},
        {"keys", "list", "--log-level", "debug"}};
    for (auto const& words : wrong) {
        auto const notice = refused(words);
        INFO(notice.text);
        CHECK(notice.code == ExitCode::usage);
        CHECK(notice.text.find("means nothing to `loci ") != std::string::npos);
    }
    CHECK(parsed({"config", "--url", "http://127.0.0.1:1", "--listen", "[::1]:2"}).flags.size() ==
          2);
    CHECK(parsed({"doctor", "--data", "/d", "--maximum-size", "1GiB"}).flags.size() == 2);
}

TEST_CASE("an option that there is not is named", "[cli][command_line]") {
    CHECK(refused({"--bogus"}).text.starts_with("loci: there is no option --bogus\n"));
    CHECK(refused({"recall", "--bogus"}).text.starts_with("loci: there is no option --bogus\n"));
    CHECK(refused({"recall", "q", "--bogus=1"}).text.find("--bogus") != std::string::npos);
    CHECK(refused({"keys", "create", "x", "--scope", "memory"})
              .text.find("there is no scope memory") != std::string::npos);
}

TEST_CASE("text that is not UTF-8 is refused, file names may be anything", "[cli][command_line]") {
    std::string const broken{"a\xFF"};
    for (auto const& words :
         std::vector<std::vector<std::string>>{{"remember", broken},
                                               {"remember", "x", "--tag", broken},
                                               {"recall", broken},
                                               {"export", "--space", broken},
                                               {"keys", "create", broken}}) {
        auto const notice = refused(words);
        CHECK(notice.code == ExitCode::usage);
        CHECK(notice.text.find("is not UTF-8") != std::string::npos);
        CHECK(notice.text.find('\xFF') == std::string::npos);
    }
    CHECK(std::get<ExportCommand>(parsed({"export", broken}).command).file == broken);
    CHECK(std::get<BackupCommand>(parsed({"backup", broken}).command).directory == broken);
    CHECK(parsed({"recall", "q", "--data", broken}).flags == GivenSettings{{"data", {broken}}});
}

} // namespace
} // namespace loci::cli
