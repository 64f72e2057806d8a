#include "http/cli/program.hpp"

#include <loci/base/transport.hpp>

namespace loci::tests {
namespace {

int status_with(std::string const& url, std::string const& key) {
    auto const answer =
        curl_transport()->send({.url = url + "/v1/memory/count", .headers = {{"x-api-key", key}}});
    REQUIRE(answer);
    return answer->status;
}

std::string first_line(std::string const& text) {
    return text.substr(0, text.find('\n'));
}

TEST_CASE("keys are made, listed and revoked without a server, and count with one",
          "[cli][program]") {
    Program program;
    auto const made = program.must("keys create ci --scope memory:read --expires-days 30");
    auto const secret = first_line(made.out);
    CHECK(made.out == secret + "\n");
    CHECK(secret.starts_with("mk_"));
    auto const listed = program.must("keys list --json").json();
    CHECK(listed.at("total") == 1);
    auto const& key = listed.at("items").at(0);
    CHECK(key.at("name") == "ci");
    CHECK(key.at("scopes") == boost::json::array{"memory:read"});
    CHECK(program.must("keys list").out.find(secret) == std::string::npos);

    auto const unlimited = program.must("keys create all --json").json();
    auto& server = program.serve();
    CHECK(status_with(server.url(), secret) == 200);
    CHECK(program.run("--key " + secret + " remember x").code == 1);
    CHECK(program.must("--key " + secret + " recall x").out.empty());
    // A key that may do all was there already, so that no owner.key was made; the commands need
    // one.
    auto const refused = program.run("keys list");
    CHECK(refused.code == 1);
    CHECK(refused.error.find("API key") != std::string::npos);
    auto const greeting = contents(program.scratch("data.log"));
    CHECK(greeting.find("There is no owner.key here") != std::string::npos);
    CHECK(greeting.find("curl") == std::string::npos);
    server.terminate();

    program.must("keys revoke " + std::string{unlimited.at("id").as_string()});
    auto& again = program.serve();
    CHECK(status_with(again.url(), secret) == 200);
    CHECK(status_with(again.url(), again.owner_key()) == 200);
    program.must("keys revoke " + std::string{key.at("id").as_string()});
    CHECK(status_with(again.url(), secret) == 401);
}

TEST_CASE("keys are made, listed and revoked through the server", "[cli][program]") {
    Program program;
    auto& server = program.serve();
    CHECK(contents(program.data() / "owner.key") == server.owner_key() + "\n");
    auto const made = program.must("keys create laptop --json").json();
    std::string const secret{made.at("key").as_string()};
    CHECK(status_with(server.url(), secret) == 200);
    CHECK(program.must("--url " + server.url() + " --key " + secret + " keys list --json")
              .json()
              .at("total") == 2);
    std::ofstream{program.scratch("key")} << secret << '\n';
    auto const with_file =
        "--url " + server.url() + " --key-file '" + program.scratch("key").string() + "' recall x";
    CHECK(program.must(with_file).out.empty());
    std::string const id{made.at("id").as_string()};
    CHECK(program.must("keys revoke " + id).out == "Revoked " + id + "\n");
    CHECK(status_with(server.url(), secret) == 401);
    CHECK(program.run(with_file).code == 1);
    CHECK(program.run("keys revoke " + id).code == 1);
    CHECK(program.must("keys list --json").json().at("total") == 1);
    CHECK(program.must("keys list --all --json").json().at("total") == 2);
    CHECK(program.run("keys revoke nonsense").code == 2);
    CHECK(program.run("keys create x --scope everything").code == 2);
    CHECK(program.run("--url " + server.url() + " recall x").code == 1);
}

TEST_CASE("no secret is on the disk but in owner.key", "[cli][program]") {
    Program program;
    auto& server = program.serve();
    auto const owner = server.owner_key();
    auto const other = first_line(program.must("keys create other").out);
    CHECK(server.terminate() == 0);
    for (auto const& entry : std::filesystem::directory_iterator{program.data()}) {
        auto const bytes = contents(entry.path());
        INFO(entry.path());
        CHECK((bytes.find(owner) == std::string::npos) == (entry.path().filename() != "owner.key"));
        CHECK(bytes.find(other) == std::string::npos);
    }
    CHECK(std::filesystem::status(program.data() / "owner.key").permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

} // namespace
} // namespace loci::tests
