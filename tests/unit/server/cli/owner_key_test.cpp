#include "support/result_text.hpp"
#include "support/temporary_directory.hpp"

#include <cli/owner_key.hpp>
#include <fstream>

namespace loci::cli {
namespace {

TEST_CASE("the owner's key is written for its owner alone", "[cli][owner_key]") {
    tests::TemporaryDirectory const directory;
    auto const file = owner_key_file(directory.path());
    CHECK_FALSE(read_key_file(file).value());
    REQUIRE(write_owner_key(directory.path(), "mk_one"));
    CHECK(read_key_file(file).value() == "mk_one");
    CHECK(std::filesystem::status(file).permissions() ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));

    std::ofstream{directory.path() / "owner.key.new"} << "left over by a crash, and longer";
    REQUIRE(write_owner_key(directory.path(), "mk_two"));
    CHECK(read_key_file(file).value() == "mk_two");
    CHECK_FALSE(std::filesystem::exists(directory.path() / "owner.key.new"));
}

TEST_CASE("the first line of a key file counts", "[cli][owner_key]") {
    tests::TemporaryDirectory const directory;
    auto const file = directory.path() / "key";
    std::ofstream{file} << "  mk_x \r\nsecond line\n";
    CHECK(read_key_file(file).value() == "mk_x");
    std::ofstream{file} << "\n";
    CHECK(read_key_file(file).error().kind == ErrorKind::invalid);
    CHECK_FALSE(write_owner_key(directory.path() / "absent", "mk_x"));
}

} // namespace
} // namespace loci::cli
