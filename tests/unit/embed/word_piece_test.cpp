#include "model_files.hpp"

#include <catch2/catch.hpp>
#include <embed/word_piece.hpp>

using loci::embed::bert_words;
using loci::embed::BertNormalizer;
using loci::embed::WordPieceTokenizer;
using loci::tests::GivenTokenizer;
using Ids = std::vector<std::uint32_t>;

namespace {

WordPieceTokenizer opened(GivenTokenizer const& given) {
    auto tokenizer = WordPieceTokenizer::parse(given.text());
    REQUIRE(tokenizer.has_value());
    return std::move(*tokenizer);
}

std::string added(std::string const& content, std::string const& flags) {
    return R"([{"id":8,"content":")" + content + R"(","special":false)" + flags + "}]";
}

} // namespace

TEST_CASE("the BERT normalizer cleans, separates ideographs, strips accents, lowers",
          "[embed][tokenizer]") {
    BertNormalizer const normalizer;
    CHECK(normalizer.normalise("Hello\tWORLD\r\n") == "hello world  ");
    CHECK(normalizer.normalise("a\u200Bb\u00ADc\u0007d\uFFFDe") == "abcde"); // Cf, Cf, Cc
    CHECK(normalizer.normalise("x\u00A0\u3000y") == "x  y");
    CHECK(normalizer.normalise("日本") == " 日  本 ");
    CHECK(normalizer.normalise("ひら") == "ひら");
    CHECK(normalizer.normalise("Caf\u00E9 \u00C5ngstr\u00F6m") == "cafe angstrom");
    CHECK(normalizer.normalise("\u0130stanbul") == "istanbul");
    CHECK(normalizer.normalise("\u039F\u0394\u039F\u03A3") == "\u03BF\u03B4\u03BF\u03C3");
    CHECK(normalizer.normalise("\uAC01") == "\u1100\u1161\u11A8"); // Hangul falls apart
}

TEST_CASE("each flag of the BERT normalizer acts alone", "[embed][tokenizer]") {
    BertNormalizer const none{false, false, false, false};
    CHECK(none.normalise("A\t日\u00E9\u0007") == "A\t日\u00E9\u0007");
    BertNormalizer const lowered{false, false, false, true};
    CHECK(lowered.normalise("A\u00C9") == "a\u00E9");
    BertNormalizer const stripped{false, false, true, false};
    CHECK(stripped.normalise("A\u00C9") == "AE");
}

TEST_CASE("the BERT pre-tokenizer cuts at white space and around punctuation",
          "[embed][tokenizer]") {
    using Words = std::vector<std::string_view>;
    CHECK(bert_words("  it's  a_test ") == Words{"it", "'", "s", "a", "_", "test"});
    CHECK(bert_words("$5+5=10") == Words{"$", "5", "+", "5", "=", "10"});
    CHECK(bert_words("\u00ABja\u00BB \u20AC5") == Words{"\u00AB", "ja", "\u00BB", "\u20AC5"});
    CHECK(bert_words("").empty());
}

TEST_CASE("WordPiece takes the longest piece from the left", "[embed][tokenizer]") {
    auto const tokenizer = opened({});
    CHECK(tokenizer.encode("The cats sat.") == Ids{2, 3, 4, 5, 8});
    CHECK(tokenizer.encode("playing Caf\u00E9s") == Ids{6, 7, 9, 4});
    CHECK(tokenizer.encode("ing") == Ids{0});             // only known as a continuation
    CHECK(tokenizer.encode("playingx cat") == Ids{0, 3}); // the rest is unknown: the whole word is
    CHECK(tokenizer.encode("").empty());
    CHECK(tokenizer.unknown() == 0);
    CHECK(tokenizer.largest_id() == 9);
    CHECK(tokenizer.median_token_length() == 3); // 5 5 3 3 3 3 4 5 1 4: (3 + 4) / 2
}

TEST_CASE("a word beyond the limit of characters is unknown", "[embed][tokenizer]") {
    GivenTokenizer given;
    given.vocabulary = R"({"[UNK]":0,"a":1,"##a":2,"é":3,"##é":4})";
    given.model_extra = R"(,"unk_token":"[UNK]","max_input_chars_per_word":3)";
    given.normalizer = R"({"type":"BertNormalizer","strip_accents":false})";
    given.added_tokens = "[]";
    auto const tokenizer = opened(given);
    CHECK(tokenizer.encode("aaa aaaa \u00E9\u00E9\u00E9") == Ids{1, 2, 2, 0, 3, 4, 4});
}

TEST_CASE("added tokens are found in the raw text as their flags say", "[embed][tokenizer]") {
    GivenTokenizer given;
    CHECK(opened(given).encode("the[CLS]cat") == Ids{2, 1, 3});
    CHECK(opened(given).encode("[cls]") == Ids{0, 0, 0}); // case counts: brackets and cls

    given.vocabulary = R"({"[UNK]":0,"a":1,"b":2})";
    given.added_tokens = added("XY", "");
    CHECK(opened(given).encode("aXYb a XY") == Ids{1, 8, 2, 1, 8});
    given.added_tokens = added("XY", R"(,"single_word":true)");
    CHECK(opened(given).encode("aXY XY, XYb XY") == Ids{0, 8, 0, 0, 8});
    given.added_tokens = added("XY", R"(,"normalized":true)"); // folded with the text
    CHECK(opened(given).encode("a xy b") == Ids{1, 8, 2});
}

TEST_CASE("an added token takes the spaces beside it when it strips", "[embed][tokenizer]") {
    GivenTokenizer given;
    given.vocabulary = R"({"[UNK]":0,"a":1," ":2})";
    given.added_tokens = R"([{"id":3,"content":"X","lstrip":true,"rstrip":true},)"
                         R"({"id":4,"content":" "}])";
    CHECK_FALSE(WordPieceTokenizer::parse(given.text()).has_value()); // " " has the id 2
    given.vocabulary = R"({"[UNK]":0,"a":1})";
    CHECK(opened(given).encode("a  X  a a") == Ids{1, 4, 4, 3, 1, 4, 1});
    given.added_tokens = R"([{"id":3,"content":"X","rstrip":true},{"id":4,"content":" "}])";
    CHECK(opened(given).encode("a X  a") == Ids{1, 4, 3, 1});
}

TEST_CASE("the longest of the added tokens that begin at one place wins", "[embed][tokenizer]") {
    GivenTokenizer given;
    given.vocabulary = R"({"[UNK]":0})";
    given.added_tokens =
        R"([{"id":1,"content":"X"},{"id":2,"content":"XYZ"},{"id":3,"content":"XY"}])";
    CHECK(opened(given).encode("XYZXYX") == Ids{2, 3, 1});
}

TEST_CASE("another kind of tokenizer is refused with its field and kind", "[embed][tokenizer]") {
    struct Case {
        GivenTokenizer given;
        std::string message;
    };

    GivenTokenizer unigram;
    unigram.model_type = "Unigram";
    GivenTokenizer bpe;
    bpe.model_type = "BPE";
    GivenTokenizer sequence;
    sequence.normalizer = R"({"type":"Sequence","normalizers":[]})";
    GivenTokenizer none;
    none.normalizer = "null";
    GivenTokenizer metaspace;
    metaspace.pre_tokenizer = R"({"type":"Metaspace"})";
    for (auto const& [given, message] :
         {Case{unigram, "model.type is Unigram; only WordPiece can be read"},
          Case{bpe, "model.type is BPE; only WordPiece can be read"},
          Case{sequence, "normalizer.type is Sequence; only BertNormalizer can be read"},
          Case{none, "normalizer.type is absent; only BertNormalizer can be read"},
          Case{metaspace, "pre_tokenizer.type is Metaspace; only BertPreTokenizer can be read"}}) {
        auto const parsed = WordPieceTokenizer::parse(given.text());
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.error().kind == loci::ErrorKind::invalid);
        CHECK(parsed.error().reason == "MODEL_UNSUPPORTED");
        CHECK(parsed.error().message == "tokenizer.json: " + message);
    }
}

TEST_CASE("a damaged vocabulary is refused", "[embed][tokenizer]") {
    GivenTokenizer given;
    given.added_tokens = "[]";
    given.vocabulary = GENERATE(as<std::string>{}, R"({"[UNK]":-1})", R"({"[UNK]":0.5})",
                                R"({"[UNK]":"0"})", R"({"[UNK]":99999999})", "[]",
                                R"({"[UNK]":0,"a":0})",       // one id, two tokens
                                R"({"[UNK]":0,"a":1,"a":2})", // one token, two ids
                                R"({"a":0})");                // no unknown token
    CAPTURE(given.vocabulary);
    auto const parsed = WordPieceTokenizer::parse(given.text());
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().reason == "MODEL_CORRUPT");
}

TEST_CASE("damaged added tokens and settings are refused", "[embed][tokenizer]") {
    GivenTokenizer given;
    SECTION("added tokens") {
        given.added_tokens =
            GENERATE(as<std::string>{}, "{}", "[1]", R"([{"id":20}])",
                     R"([{"id":20,"content":""}])", R"([{"id":-1,"content":"x"}])",
                     R"([{"content":"x"}])", R"([{"id":20,"content":"x","lstrip":1}])",
                     R"([{"id":2,"content":"cat"}])", R"([{"id":2,"content":"new"}])",
                     R"([{"id":20,"content":"x"},{"id":21,"content":"x"}])");
        CAPTURE(given.added_tokens);
        CHECK_FALSE(WordPieceTokenizer::parse(given.text()).has_value());
    }
    SECTION("settings") {
        given.model_extra =
            GENERATE(as<std::string>{}, R"(,"unk_token":5)", R"(,"unk_token":"absent")",
                     R"(,"continuing_subword_prefix":null)", R"(,"max_input_chars_per_word":0)",
                     R"(,"max_input_chars_per_word":5000)");
        CAPTURE(given.model_extra);
        CHECK_FALSE(WordPieceTokenizer::parse(given.text()).has_value());
    }
    SECTION("flags of the normalizer") {
        given.normalizer = R"({"type":"BertNormalizer","lowercase":"yes"})";
        CHECK_FALSE(WordPieceTokenizer::parse(given.text()).has_value());
    }
    SECTION("no JSON at all") {
        CHECK_FALSE(WordPieceTokenizer::parse("").has_value());
        CHECK_FALSE(WordPieceTokenizer::parse("[]").has_value());
        CHECK_FALSE(WordPieceTokenizer::parse("{}").has_value());
    }
}
