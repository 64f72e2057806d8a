#include <loci/store/server_file.hpp>

#include <catch2/catch.hpp>
#include <fstream>
#include <support/result_text.hpp>
#include <support/temporary_directory.hpp>
#include <sys/stat.h>

namespace loci::store {
namespace {

TEST_CASE("the server's file is written, replaced, read and removed", "[store][server_file]") {
    tests::TemporaryDirectory const directory;
    CHECK(read_server_file(directory.path()).value() == std::nullopt);
    REQUIRE(write_server_file(directory.path(), {.pid = 1, .url = "http://127.0.0.1:1"}));
    REQUIRE(write_server_file(
        directory.path(),
        {.pid = 42, .url = "https://127.0.0.1:8787", .certificate = "/a \"b\"/c.pem"}));
    auto const read = read_server_file(directory.path()).value();
    REQUIRE(read);
    CHECK(read->pid == 42);
    CHECK(read->url == "https://127.0.0.1:8787");
    CHECK(read->certificate == "/a \"b\"/c.pem");

    struct stat status {};

    REQUIRE(::stat((directory.path() / "server.json").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777u) == 0600);
    CHECK_FALSE(std::filesystem::exists(directory.path() / "server.json.new"));
    remove_server_file(directory.path());
    remove_server_file(directory.path());
    CHECK(read_server_file(directory.path()).value() == std::nullopt);
}

TEST_CASE("a server's file that cannot be understood is corrupt", "[store][server_file]") {
    auto const* const text =
        GENERATE("", "{", "[]", "{}", "{\"pid\":1}", "{\"url\":\"http://a\"}",
                 "{\"pid\":\"1\",\"url\":\"http://a\"}", "{\"pid\":1,\"url\":2}",
                 "{\"pid\":1,\"url\":\"http://a\",\"certificate\":3}");
    CAPTURE(text);
    tests::TemporaryDirectory const directory;
    std::ofstream{directory.path() / "server.json"} << text;
    auto const read = read_server_file(directory.path());
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::corrupt);
    CHECK(read.error().reason == "SERVER_FILE_CORRUPT");
}

TEST_CASE("a server's file needs its directory", "[store][server_file]") {
    tests::TemporaryDirectory const directory;
    auto const written = write_server_file(directory.path() / "absent", {.pid = 1, .url = "u"});
    CHECK(written.error().kind == ErrorKind::unavailable);
    CHECK_FALSE(is_directory_locked(directory.path() / "absent"));
}

} // namespace
} // namespace loci::store
