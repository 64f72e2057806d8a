#include <catch2/catch.hpp>
#include <cli/line_reader.hpp>
#include <sstream>
#include <vector>

namespace loci::cli {
namespace {

std::vector<std::string> lines_of(std::string const& text) {
    std::istringstream in{text};
    LineReader reader{in};
    std::vector<std::string> lines;
    std::string line;
    while (reader.next(line) == LineReader::Line::text) {
        lines.push_back(line);
    }
    CHECK(reader.number() == lines.size());
    return lines;
}

TEST_CASE("lines end in every usual way", "[cli][line_reader]") {
    using Lines = std::vector<std::string>;
    CHECK(lines_of("").empty());
    CHECK(lines_of("a") == Lines{"a"});
    CHECK(lines_of("a\nb\n") == Lines{"a", "b"});
    CHECK(lines_of("a\r\n\r\nb") == Lines{"a", "", "b"});
    CHECK(lines_of("\xEF\xBB\xBFx\n\xEF\xBB\xBFy") == Lines{"x", "\xEF\xBB\xBFy"});
}

TEST_CASE("a line beyond the limit is passed over", "[cli][line_reader]") {
    std::istringstream in{std::string(LineReader::limit + 1, 'x') + "\nnext\n"};
    LineReader reader{in};
    std::string line;
    CHECK(reader.next(line) == LineReader::Line::too_long);
    CHECK(reader.next(line) == LineReader::Line::text);
    CHECK(line == "next");
    CHECK(reader.number() == 2);
    CHECK(reader.next(line) == LineReader::Line::end);
}

} // namespace
} // namespace loci::cli
