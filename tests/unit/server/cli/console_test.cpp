#include <catch2/catch.hpp>
#include <cli/console.hpp>
#include <sstream>

namespace loci::cli {
namespace {

struct Streams {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream error;
    Console console{in, out, error};
};

TEST_CASE("a faulty call is usage, everything else a failure", "[cli][console]") {
    Streams streams;
    CHECK(fail(streams.console, invalid_field("name", "required", "name is empty")) ==
          ExitCode::usage);
    CHECK(streams.error.str() == "loci: name is empty\n");
    for (auto const kind :
         {ErrorKind::not_found, ErrorKind::conflict, ErrorKind::forbidden,
          ErrorKind::unauthenticated, ErrorKind::exhausted, ErrorKind::unavailable,
          ErrorKind::corrupt, ErrorKind::unknown_outcome, ErrorKind::internal}) {
        CHECK(fail(streams.console, {kind, "REASON", "message"}) == ExitCode::failure);
    }
}

TEST_CASE("an error says what to do, and names fields that its text does not", "[cli][console]") {
    Streams streams;
    print_error(streams.console, {ErrorKind::conflict, "DIRECTORY_IN_USE", "it is in use"});
    CHECK(streams.error.str() ==
          "loci: it is in use. Stop the other process, or name another directory with --data.\n");
    streams.error.str("");
    print_error(streams.console, {ErrorKind::invalid,
                                  "VALIDATION_ERROR",
                                  "Some fields are wrong",
                                  {{"content", "maxLength"}, {"tags[1]", "minLength"}}});
    CHECK(streams.error.str() ==
          "loci: Some fields are wrong (content: maxLength, tags[1]: minLength)\n");
}

TEST_CASE("stored text cannot drive the terminal", "[cli][console]") {
    CHECK(printable("plain text\twith\nlines, ö and 日本") ==
          "plain text\twith\nlines, ö and 日本");
    CHECK(printable("\x1b[31mred\x07\x7f") == "\\x1b[31mred\\x07\\x7f");
    CHECK(printable("\r\xC2\x9B") == "\\x0d\\x9b");
    CHECK(printable("a\xFF"
                    "b\xC3") == "a\\xffb\\xc3");
    CHECK(printable("\xE6\x97x\xED\xA0\x80") == "\\xe6\\x97x\\xed\\xa0\\x80");
    CHECK(printable("\xF0\x9F\x8E\xBB.") == "\xF0\x9F\x8E\xBB.");
}

} // namespace
} // namespace loci::cli
