#include <catch2/catch.hpp>
#include <string>
#include <text/sentences.hpp>

using loci::text::sentences;
using Sentences = std::vector<std::string_view>;

TEST_CASE("a text falls into its sentences", "[text][sentences]") {
    CHECK(sentences("She came. Did he? Yes!  \"Really?\" ") ==
          Sentences{"She came.", "Did he?", "Yes!", "\"Really?\""});
    CHECK(sentences("彼は来た。私は行かない！") == Sentences{"彼は来た。", "私は行かない！"});
    CHECK(sentences("no full stop") == Sentences{"no full stop"});
    CHECK(sentences("").empty());
    CHECK(sentences(" \n\t ").empty());
}

TEST_CASE("an abbreviation ends no sentence", "[text][sentences]") {
    CHECK(sentences("Dr. Smith met Mr. Jones at 5 p.m. on Monday. They spoke of 3.5 percent.") ==
          Sentences{"Dr. Smith met Mr. Jones at 5 p.m. on Monday.", "They spoke of 3.5 percent."});
    CHECK(sentences("Das ist z.B. gut. Frau Dr. Weber kommt.", "de-DE") ==
          Sentences{"Das ist z.B. gut.", "Frau Dr. Weber kommt."});
    CHECK(sentences("Cats. Dogs.", "tlh") == Sentences{"Cats.", "Dogs."});
}

TEST_CASE("a line break ends a sentence", "[text][sentences]") {
    CHECK(sentences("- milk\n- eggs\r\n\r\nBread") == Sentences{"- milk", "- eggs", "Bread"});
}

TEST_CASE("what is too long for a sentence is divided between words", "[text][sentences]") {
    std::string text;
    for (int i = 0; i < 400; ++i) {
        text += "word ";
    }
    auto const pieces = sentences(text);
    CHECK(pieces.size() == 4);
    for (auto const piece : pieces) {
        CHECK(piece.size() <= 600);
        CHECK(piece.ends_with("word"));
    }
    std::string const unbroken(1'000, 'x');
    CHECK(sentences(unbroken).size() == 2);
    std::string letters;
    for (int i = 0; i < 250; ++i) {
        letters += "é—"; // two bytes and three
    }
    for (auto const piece : sentences(letters)) {
        CHECK((static_cast<unsigned char>(piece.front()) & 0xC0U) != 0x80U);
    }
}
