#include "http/cli/program.hpp"
#include "support/http_client.hpp"

#include <csignal>
#include <loci/base/transport.hpp>
#include <loci/store/server_file.hpp>
#include <sys/wait.h>
#include <thread>

namespace loci::tests {
namespace {

TEST_CASE("the first start prints the owner's key once", "[cli][program]") {
    Program program;
    auto const log = program.scratch("data.log");
    auto& server = program.serve();
    auto const key = server.owner_key();
    CHECK(key.starts_with("mk_"));
    CHECK(server.terminate() == 0);
    auto const first = contents(log);
    CHECK(first.find(key) != std::string::npos);
    CHECK(first.find("curl") != std::string::npos);
    CHECK(first.find("listening url=" + server.url()) != std::string::npos);
    std::filesystem::remove(log);
    auto& again = program.serve();
    CHECK(again.owner_key() == key);
    CHECK(again.terminate() == 0);
    CHECK(contents(log).find(key) == std::string::npos);
}

TEST_CASE("a key file that a crash left behind is replaced", "[cli][program]") {
    Program program;
    std::filesystem::create_directories(program.data());
    auto const orphan = "mk_" + std::string(46, '0');
    std::ofstream{program.data() / "owner.key"} << orphan << '\n';
    auto& server = program.serve();
    CHECK(server.owner_key() != orphan);
    program.must("keys list");
}

TEST_CASE("SIGTERM and SIGINT end the server cleanly", "[cli][program]") {
    for (auto const signal : {SIGTERM, SIGINT}) {
        Program program;
        auto& server = program.serve();
        CHECK(store::is_directory_locked(program.data()));
        program.must("remember x");
        ::kill(server.pid(), SIGHUP);
        ::kill(server.pid(), signal);
        siginfo_t ended{};
        ::waitid(P_PID, static_cast<id_t>(server.pid()), &ended, WEXITED | WNOWAIT);
        CHECK(ended.si_code == CLD_EXITED);
        CHECK(server.terminate() == 0);
        CHECK_FALSE(store::is_directory_locked(program.data()));
        CHECK_FALSE(std::filesystem::exists(program.data() / "server.json"));
        program.must("doctor");
    }
}

/// Sends a request whose body the server waits for, also while it stops.
void begin_request(HttpClient& client, test::ServerProcess const& server) {
    client.connect();
    client.send_raw(
        "POST /v1/memory/write HTTP/1.1\r\nHost: x\r\nx-api-key: " + server.owner_key() +
        "\r\nContent-Type: application/json\r\nContent-Length: 20\r\n"
        "Expect: 100-continue\r\n\r\n");
    REQUIRE(client.read_head().status == 100);
}

std::uint16_t port_of(test::ServerProcess const& server) {
    auto const& url = server.url();
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

void send_and_await_stop(int signal, test::ServerProcess const& server, Program const& program) {
    ::kill(server.pid(), signal);
    while (std::filesystem::exists(program.data() / "server.json")) {
        std::this_thread::yield();
    }
}

TEST_CASE("Ctrl-C under a script that sends SIGTERM as well is one stop", "[cli][program]") {
    Program program;
    auto& server = program.serve();
    std::string const body = R"({"content":"safe?"} )";
    {
        HttpClient client{port_of(server)};
        begin_request(client, server);
        send_and_await_stop(SIGINT, server, program);
        ::kill(server.pid(), SIGTERM);
        client.send_raw(body);
        CHECK(client.read_head().status == 201);
    }
    CHECK(server.terminate() == 0);
    CHECK(program.must("recall safe").out.find("safe?") != std::string::npos);
}

TEST_CASE("the same signal again does not wait for clients", "[cli][program]") {
    Program program;
    auto& server = program.serve();
    HttpClient client{port_of(server)};
    begin_request(client, server);
    send_and_await_stop(SIGTERM, server, program);
    auto const status = server.terminate();
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 128 + SIGTERM);
    program.must("doctor");
}

TEST_CASE("a server that was killed leaves a directory that works", "[cli][program]") {
    Program program;
    auto& server = program.serve();
    program.must("remember 'survives the crash'");
    server.kill_nine();
    CHECK(std::filesystem::exists(program.data() / "server.json"));
    CHECK(program.must("recall crash").out.find("survives") != std::string::npos);
    program.serve();
    CHECK(program.must("recall crash").out.find("survives") != std::string::npos);
    program.must("doctor");
}

TEST_CASE("two servers never own one directory", "[cli][program]") {
    Program program;
    auto& server = program.serve();
    auto const second = program.run("serve --listen 127.0.0.1:0");
    CHECK(second.code == 1);
    CHECK(second.error.find("Stop the other process") != std::string::npos);
    CHECK(second.error.find(server.url()) != std::string::npos);
    CHECK(second.error.find(program.data().string()) != std::string::npos);
    auto const answer = curl_transport()->send({.url = server.url() + "/health"});
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(std::filesystem::exists(program.data() / "server.json"));
}

TEST_CASE("an address in use or malformed is refused", "[cli][program]") {
    Program program;
    auto& server = program.serve();
    auto const port = server.url().substr(server.url().rfind(':') + 1);
    Program const other;
    auto const taken = other.run("serve --listen 127.0.0.1:" + port);
    CHECK(taken.code == 1);
    CHECK_FALSE(std::filesystem::exists(other.data() / "server.json"));
    auto const key = contents(other.data() / "owner.key");
    CHECK(taken.out.find(key) != std::string::npos); // it is never shown again
    Program const untouched;
    CHECK(untouched.run("serve --listen nonsense").code == 2);
    CHECK(untouched.run("serve --listen 127.0.0.1:99999").code == 2);
    CHECK_FALSE(std::filesystem::exists(untouched.data()));
    auto const no_file =
        other.run("serve --listen 127.0.0.1:0 --tls-certificate /nonexistent --tls-key /dev/null");
    CHECK(no_file.code == 2);
    CHECK(no_file.error.starts_with("loci: --tls-certificate /nonexistent is no "));
}

TEST_CASE("the server speaks TLS and the commands trust its certificate", "[cli][program]") {
    Program program;
    auto const key = program.scratch("key.pem").string();
    auto const certificate = program.scratch("certificate.pem").string();
    std::string output;
    REQUIRE(test::run_program({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                               "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                               "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                               key, "-out", certificate},
                              output) == 0);
    // The helper asks /health without trusting the certificate, so the program is started here.
    auto const start = "LOCI_DATA='" + program.data().string() + "' '" + binary.string() +
                       "' serve --listen 127.0.0.1:0 --tls-certificate '" + certificate +
                       "' --tls-key '" + key + "' > /dev/null 2>&1 & echo $!";
    std::string text;
    REQUIRE(test::run_program({"/bin/sh", "-c", start}, text) == 0);
    auto const pid = static_cast<pid_t>(std::stol(text));
    while (!std::filesystem::exists(program.data() / "server.json")) {
        REQUIRE(::kill(pid, 0) == 0);
        std::this_thread::yield();
    }
    auto const stored = program.must("remember 'over TLS' --json");
    CHECK(stored.json().at("content") == "over TLS");
    auto const file = store::read_server_file(program.data()).value();
    REQUIRE(file);
    CHECK(file->url.starts_with("https://127.0.0.1:"));
    CHECK(file->certificate == certificate);
    CHECK(program.must("recall TLS").out.find("over TLS") != std::string::npos);
    CHECK(::kill(pid, SIGTERM) == 0);
}

} // namespace
} // namespace loci::tests
