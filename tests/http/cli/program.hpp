#pragma once
#include "support/result_text.hpp"
#include "support/server_process.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace loci::tests {

inline std::filesystem::path const binary = LOCI_BINARY;

inline std::string contents(std::filesystem::path const& file) {
    std::ifstream input{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{input}, {}};
}

/// Runs the program on a directory of its own, with or without a server that owns it.
class Program {
public:
    struct Run {
        int code = 0;
        std::string out;
        std::string error;

        boost::json::value json() const { return boost::json::parse(out); }
    };

    /// A shell line after `loci`, e.g. `remember x < file`; `--data` is given by the environment.
    Run run(std::string const& line) const {
        auto const out = scratch("out");
        auto const error = scratch("error");
        auto const command = "unset LOCI_URL LOCI_KEY LOCI_CONFIG; LOCI_DATA='" + data().string() +
                             "' '" + binary.string() + "' " + line + " > '" + out.string() +
                             "' 2> '" + error.string() + "'";
        std::string ignored;
        auto const code = test::run_program({"/bin/sh", "-c", command}, ignored);
        return {code, contents(out), contents(error)};
    }

    /// Like `run`, but the command must succeed.
    Run must(std::string const& line) const {
        auto result = run(line);
        INFO(line << "\n" << result.error);
        REQUIRE(result.code == 0);
        return result;
    }

    test::ServerProcess& serve(std::vector<std::string> arguments = {}) {
        server_ = std::make_unique<test::ServerProcess>(binary, data(), std::move(arguments));
        return *server_;
    }

    std::filesystem::path data() const { return directory_.path() / "data"; }

    std::filesystem::path scratch(std::string const& name) const {
        return directory_.path() / name;
    }

private:
    TemporaryDirectory directory_;
    std::unique_ptr<test::ServerProcess> server_;
};

} // namespace loci::tests
