#include "http/cli/program.hpp"

#include <thread>

namespace loci::tests {
namespace {

TEST_CASE("wrong words end with 2 and one clear sentence", "[cli][program]") {
    Program const program;
    for (auto const* line : {"", "rember x", "recall", "recall x --limit 0", "remember ''",
                             "remember x --metadata 7", "remember x --occurred-at yesterday",
                             "remember x --log-level loud", "serve --tls-key k.pem"}) {
        auto const result = program.run(line);
        INFO(line << "\n" << result.error);
        CHECK(result.code == 2);
        CHECK(result.out.empty());
        CHECK_FALSE(result.error.empty());
    }
    CHECK_FALSE(std::filesystem::exists(program.data()));
}

TEST_CASE("reading needs a directory that exists, and makes none", "[cli][program]") {
    Program const program;
    for (auto const* line : {"recall x", "export", "keys list", "doctor", "backup /tmp/nowhere"}) {
        auto const result = program.run(line);
        INFO(line << "\n" << result.error);
        CHECK(result.code == 1);
        CHECK(result.error.starts_with("loci: "));
        CHECK(std::count(result.error.begin(), result.error.end(), '\n') == 1);
    }
    CHECK_FALSE(std::filesystem::exists(program.data()));
    CHECK_FALSE(std::filesystem::exists("/tmp/nowhere"));
}

TEST_CASE("a file that is no database is refused and left alone", "[cli][program]") {
    Program const program;
    std::filesystem::create_directories(program.data());
    std::string const text(8192, 'x');
    std::ofstream{program.data() / "loci.db"} << text;
    for (auto const* line : {"remember y", "recall y", "doctor", "serve"}) {
        auto const result = program.run(line);
        INFO(line << "\n" << result.error << result.out);
        CHECK(result.code == 1);
    }
    CHECK(contents(program.data() / "loci.db") == text);
}

TEST_CASE("what is printed to a closed stream goes into no file", "[cli][program]") {
    Program const program;
    program.must("remember 'aisle seats'");
    auto const closed = [&program](std::string const& line) {
        std::string output;
        return test::run_program(
            {"/bin/sh", "-c",
             "'" + binary.string() + "' --data '" + program.data().string() + "' " + line},
            output);
    };
    CHECK(closed("export >&-") == 1);
    CHECK(closed("export <&- >&- 2>&-") == 1);
    CHECK(closed("import - <&-") == 0);
    CHECK(contents(program.data() / "lock").empty());
    CHECK(program.must("export").out.find("aisle") != std::string::npos);
    program.must("doctor");
}

TEST_CASE("a directory that cannot be used is an error, not a crash", "[cli][program]") {
    Program const program;
    std::ofstream{program.data()} << "a file where the directory should be";
    for (auto const* line : {"remember y", "recall y", "doctor", "serve"}) {
        auto const result = program.run(line);
        INFO(line << "\n" << result.error);
        CHECK(result.code == 1);
        CHECK(result.error.starts_with("loci: "));
    }
    CHECK(program.run("import /nonexistent.jsonl").code == 1);
    CHECK(program.run("import /").code == 1);
}

TEST_CASE("commands beside each other wait for their turn", "[cli][program]") {
    Program const program;
    std::vector<int> codes(6, -1);
    {
        std::vector<std::jthread> threads;
        for (auto& code : codes) {
            threads.emplace_back([&code, &program, number = &code - codes.data()] {
                std::string output;
                code = test::run_program({"/usr/bin/env", "LOCI_DATA=" + program.data().string(),
                                          binary.string(), "remember",
                                          "memory " + std::to_string(number)},
                                         output);
            });
        }
    }
    CHECK(codes == std::vector<int>(6, 0));
    auto const all = program.must("export").out;
    CHECK(std::count(all.begin(), all.end(), '\n') == 6);
}

TEST_CASE("a full disk is said clearly, and nothing is half written", "[cli][program]") {
    Program program;
    program.must("remember first");
    {
        std::ofstream lines{program.scratch("large.jsonl")};
        for (int i = 0; i < 200; ++i) {
            lines << R"({"content":"number )" << i << ' ';
            for (int word = 0; word < 2000; ++word) {
                lines << "w" << (i * 7919 + word * 104729) % 1000003 << ' ';
            }
            lines << "\"}\n";
        }
    }
    auto const line = "import '" + program.scratch("large.jsonl").string() + "'";
    SECTION("without a server") {
        auto const full = program.run(line + " --maximum-size 2MiB");
        CHECK(full.code == 1);
        CHECK(full.error.find("Make room") != std::string::npos);
    }
    SECTION("through a server") {
        program.serve({"--maximum-size", "2MiB"});
        auto const full = program.run(line);
        CHECK(full.code == 1);
        CHECK(program.must("recall first").out.find("first") != std::string::npos);
    }
    program.must("doctor");
    CHECK(program.must("recall first").out.find("first") != std::string::npos);
}

TEST_CASE("an output that cannot be written fails", "[cli][program]") {
    Program const program;
    program.must("remember something");
    CHECK(program.run("export /dev/full/x").code == 1);
    CHECK(program.run("export /nonexistent/x").error.find("No such file") != std::string::npos);
    auto const line =
        "'" + binary.string() + "' export --data '" + program.data().string() + "' > /dev/full";
    std::string output;
    CHECK(test::run_program({"/bin/sh", "-c", line}, output) == 1);
    CHECK(output.find("cannot be written") != std::string::npos);
}

TEST_CASE("a server that is gone is named", "[cli][program]") {
    Program const program;
    auto const result = program.run("--url http://127.0.0.1:1 --key mk_x recall y");
    CHECK(result.code == 1);
    CHECK(result.error.find("http://127.0.0.1:1 cannot be reached") != std::string::npos);
    CHECK(program.run("--url nonsense --key mk_x recall y").code != 0);
}

} // namespace
} // namespace loci::tests
