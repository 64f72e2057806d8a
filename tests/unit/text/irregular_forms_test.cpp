#include "text/irregular_forms.hpp"

#include "text/analyzer.hpp"
#include <catch2/catch.hpp>

using loci::text::analyze;
using loci::text::base_form;

TEST_CASE("irregular words have the base that WordNet names", "[text]") {
    CHECK(base_form("went") == "go");
    CHECK(base_form("children") == "child");
    CHECK(base_form("taught") == "teach");
    // A verb before a noun.
    CHECK(base_form("rose") == "rise");
    for (auto const* other : {"", "a", "walked", "house", "zzz", "went-by", "Went", "goed"}) {
        CHECK(base_form(other) == other);
    }
}

TEST_CASE("irregular forms meet their base in English only", "[text]") {
    CHECK(analyze("Who taught the children?").stems == analyze("teaching a child").stems);
    CHECK(analyze("He’d thought of it").stems == analyze("a thinking").stems);
    CHECK(analyze("went", "de").stems == std::vector<std::string>{"went"});
}
