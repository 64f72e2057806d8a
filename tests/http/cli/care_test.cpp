#include "http/cli/program.hpp"

namespace loci::tests {
namespace {

TEST_CASE("the doctor finds a healthy directory healthy, also while it is served",
          "[cli][program]") {
    Program program;
    program.must("remember 'aisle seats' --tag travel");
    CHECK(program.must("doctor").out.find("healthy") != std::string::npos);
    program.serve();
    program.must("remember 'window seats'");
    auto const report = program.must("doctor --json").json();
    CHECK(report.at("healthy") == true);
    CHECK(report.at("problems").as_array().empty());
    CHECK(report.at("lastChange").as_int64() >= 2);
}

TEST_CASE("the doctor finds damage and says so", "[cli][program]") {
    Program const program;
    for (int i = 0; i < 40; ++i) {
        std::ofstream{program.scratch("lines"), std::ios::app}
            << R"({"content":"a memory with some words in it, number )" << i << "\"}\n";
    }
    program.must("import '" + program.scratch("lines").string() + "'");
    program.must("doctor");
    auto const file = program.data() / "loci.db";
    auto const size = std::filesystem::file_size(file);
    {
        std::fstream database{file, std::ios::in | std::ios::out | std::ios::binary};
        std::string const garbage(4096, '\x5a');
        for (std::uintmax_t at = 4096; at + 4096 <= size; at += 3 * 4096) {
            database.seekp(static_cast<std::streamoff>(at));
            database << garbage;
        }
    }
    auto const report = program.run("doctor");
    CHECK(report.code == 1);
    CHECK((report.out + report.error).find("healthy") == std::string::npos);
    CHECK((report.out.find("DAMAGED") != std::string::npos || report.error.starts_with("loci: ")));
}

TEST_CASE("the doctor looks into the word index", "[cli][program]") {
    Program program;
    program.must("remember 'zebra zyzzyva'");
    program.must("doctor");
    auto const file = program.data() / "loci.db";
    std::string bytes;
    {
        std::ifstream stream{file, std::ios::binary};
        bytes.assign(std::istreambuf_iterator<char>{stream}, {});
    }
    // There a word goes without the beginning that it shares with the one before.
    std::string const rest = "yzzyva";
    auto at = bytes.find(rest);
    while (at != std::string::npos && bytes[at - 1] == 'z') {
        at = bytes.find(rest, at + 1);
    }
    REQUIRE(at != std::string::npos);
    {
        std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp(static_cast<std::streamoff>(at - 1)); // the length of the rest
        stream.put('\x7f');
    }
    auto const alone = program.run("doctor");
    CHECK(alone.code == 1);
    CHECK(alone.out.find("word index: words contradicts itself") != std::string::npos);
    program.serve();
    auto const beside = program.run("doctor");
    CHECK(beside.code == 1);
    CHECK(beside.out.find("word index: words contradicts itself") != std::string::npos);
}

TEST_CASE("a backup of a live directory is a directory of its own", "[cli][program]") {
    Program program;
    auto& server = program.serve();
    program.must("remember 'before the backup'");
    auto const copy = program.scratch("copy").string();
    CHECK(program.must("backup '" + copy + "'").out.find("loci serve --data") != std::string::npos);
    program.must("remember 'after the backup'");
    CHECK_FALSE(std::filesystem::exists(program.scratch("copy") / "owner.key"));
    CHECK_FALSE(std::filesystem::exists(program.scratch("copy") / "server.json"));
    auto const found = program.must("recall backup --data '" + copy + "' --json").json();
    REQUIRE(found.at("items").as_array().size() == 1);
    CHECK(found.at("items").at(0).at("content") == "before the backup");
    program.must("doctor --data '" + copy + "'");

    auto const refused = program.run("backup '" + copy + "'");
    CHECK(refused.code == 1);
    CHECK(refused.error.find("exists already") != std::string::npos);
    server.terminate();
    program.must("backup '" + program.scratch("second").string() + "'");
}

TEST_CASE("config prints what is in effect and where it comes from", "[cli][program]") {
    Program const program;
    std::filesystem::create_directories(program.data());
    std::ofstream{program.data() / "loci.toml"} << "log-level = \"debug\"\nkey = \"mk_hidden\"\n";
    auto const text = program.must("config --max-connections 7").out;
    CHECK(text.find("log-level = \"debug\"") != std::string::npos);
    CHECK(text.find("# file") != std::string::npos);
    CHECK(text.find("max-connections = 7 ") != std::string::npos);
    CHECK(text.find("mk_hidden") == std::string::npos);
    // What it prints is a configuration file again.
    std::ofstream{program.scratch("again.toml")} << text;
    auto const again =
        program.must("config --json --config '" + program.scratch("again.toml").string() + "'");
    auto const settings = again.json();
    for (auto const& setting : settings.as_array()) {
        if (setting.at("name") == "max-connections") {
            CHECK(setting.at("values") == boost::json::array{"7"});
            CHECK(setting.at("origin") == "file");
        }
    }
    CHECK(program.run("config --config /nonexistent.toml").code == 2);
    std::ofstream{program.data() / "loci.toml"} << "lsten = \"x\"\n";
    auto const refused = program.run("config");
    CHECK(refused.code == 2);
    CHECK(refused.error.find("lsten") != std::string::npos);
}

TEST_CASE("the version is printed", "[cli][program]") {
    Program const program;
    CHECK(program.must("version").out.starts_with("loci 0."));
    CHECK(program.must("--version").out == program.must("version").out);
    CHECK(program.must("version --json").json().at("version").is_string());
    CHECK_FALSE(std::filesystem::exists(program.data()));
}

} // namespace
} // namespace loci::tests
