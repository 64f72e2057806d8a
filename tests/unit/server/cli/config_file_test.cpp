#include "support/result_text.hpp"
#include "support/temporary_directory.hpp"

#include <cli/config_file.hpp>
#include <fstream>

namespace loci::cli {
namespace {

class ConfigFile {
public:
    Result<GivenSettings> read(std::string const& text) {
        std::ofstream{path()} << text;
        return read_config_file(path());
    }

    std::filesystem::path path() const { return directory_.path() / "loci.toml"; }

private:
    tests::TemporaryDirectory directory_;
};

TEST_CASE("settings are read from TOML", "[cli][config]") {
    ConfigFile file;
    auto const settings = file.read("# our server\n"
                                    "listen = [\"127.0.0.1:8787\", \"[::1]:8787\"]\n"
                                    "log-format = \"json\"\n"
                                    "max-connections = 100\n");
    REQUIRE(settings);
    CHECK(*settings == GivenSettings{{"listen", {"127.0.0.1:8787", "[::1]:8787"}},
                                     {"log-format", {"json"}},
                                     {"max-connections", {"100"}}});
    CHECK(file.read("")->empty());
}

TEST_CASE("lists over several lines, comments and other spellings of TOML are read",
          "[cli][config]") {
    ConfigFile file;
    auto const settings = file.read("listen = [ # two\n"
                                    "  \"127.0.0.1:8787\", # the first\n"
                                    "  '[::1]:8787',\n"
                                    "]\n"
                                    "\"log-level\" = \"info\" # not a # in the value\n"
                                    "cors-origin = \"https://a.example/#x\"\n"
                                    "max-connections = 1_000\n");
    REQUIRE(settings);
    CHECK(*settings == GivenSettings{{"cors-origin", {"https://a.example/#x"}},
                                     {"listen", {"127.0.0.1:8787", "[::1]:8787"}},
                                     {"log-level", {"info"}},
                                     {"max-connections", {"1000"}}});
}

TEST_CASE("what is not TOML is refused with its line and without its text", "[cli][config]") {
    ConfigFile file;
    for (auto const* text :
         {"log-level = \"info\"\nkey = mk_secret\n", "log-level = \"info\"\nkey mk_secret\n",
          "log-level = \"info\"\nlisten = [\"mk_secret\"",
          "log-level = \"info\"\nkey = \"mk_secret\\q\"\n",
          "log-level = \"info\"\nkey = \"mk_secret\xFF\"\n"}) {
        auto const settings = file.read(text);
        REQUIRE_FALSE(settings);
        INFO(settings.error().message);
        CHECK(settings.error().kind == ErrorKind::invalid);
        CHECK(settings.error().message.find("line 2") != std::string::npos);
        CHECK(settings.error().message.find("mk_") == std::string::npos);
    }
}

TEST_CASE("a value of a type that no setting has is refused", "[cli][config]") {
    ConfigFile file;
    for (auto const* text :
         {"stop-timeout = 3.5\n", "stop-timeout = true\n", "stop-timeout = 2026-01-01\n",
          "stop-timeout = {seconds = 3}\n", "stop-timeout = [[3]]\n"}) {
        auto const settings = file.read(text);
        REQUIRE_FALSE(settings);
        CHECK(settings.error().kind == ErrorKind::invalid);
        CHECK(settings.error().message.find("stop-timeout") != std::string::npos);
    }
}

TEST_CASE("an unknown setting is named", "[cli][config]") {
    ConfigFile file;
    for (auto const* text : {"lisen = \"127.0.0.1:1\"\n", "[server]\nlisten = \"127.0.0.1:1\"\n"}) {
        auto const settings = file.read(text);
        REQUIRE_FALSE(settings);
        CHECK(settings.error().kind == ErrorKind::invalid);
        CHECK(settings.error().message.find("lis") != std::string::npos);
    }
}

TEST_CASE("a setting given twice is refused", "[cli][config]") {
    ConfigFile file;
    auto const settings =
        file.read("log-level = \"info\"\nlog-format = \"json\"\nlog-level = \"debug\"\n");
    REQUIRE_FALSE(settings);
    CHECK(settings.error().message.find("line 3") != std::string::npos);
}

TEST_CASE("a file that is not there is an error", "[cli][config]") {
    ConfigFile const file;
    CHECK(read_config_file(file.path()).error().kind == ErrorKind::not_found);
    CHECK(read_config_file(file.path().parent_path()).error().kind == ErrorKind::not_found);
}

} // namespace
} // namespace loci::cli
