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
    CHECK(settings.error().message.find("twice") != std::string::npos);
}

TEST_CASE("a file that is not there is an error", "[cli][config]") {
    ConfigFile const file;
    CHECK(read_config_file(file.path()).error().kind == ErrorKind::not_found);
    CHECK(read_config_file(file.path().parent_path()).error().kind == ErrorKind::not_found);
}

} // namespace
} // namespace loci::cli
