#include "text/analyzer.hpp"
#include "text/unicode.hpp"
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <loci/base/utf8.hpp>
#include <random>
#include <thread>

using loci::text::analyze;
using loci::text::fold;

namespace {

using Stems = std::vector<std::string>;

struct Example {
    std::string_view text;
    std::string_view language;
    Stems stems;
};

/// A query finds a text when all its stems are there.
bool finds(std::string_view query, std::string_view text) {
    Stems const stems = analyze(text).stems;
    Stems const wanted = analyze(query).stems;
    return !wanted.empty() && std::all_of(wanted.begin(), wanted.end(), [&](auto const& stem) {
        return std::find(stems.begin(), stems.end(), stem) != stems.end();
    });
}

std::string random_text(std::mt19937& random) {
    static constexpr std::pair<char32_t, char32_t> blocks[] = {
        {0x00, 0x7F},       {0x80, 0x24F},      {0x2B0, 0x36F},      {0x370, 0x52F},
        {0x590, 0x6FF},     {0x900, 0xDFF},     {0xE00, 0xEFF},      {0x1000, 0x11FF},
        {0x1780, 0x17FF},   {0x2000, 0x27BF},   {0x3000, 0x30FF},    {0x4E00, 0x4EFF},
        {0xAC00, 0xACFF},   {0xE000, 0xE0FF},   {0xFB00, 0xFFFF},    {0x1F1E6, 0x1F6FF},
        {0x20000, 0x200FF}, {0xE0000, 0xE01FF}, {0x10FF00, 0x10FFFF}};
    std::string text;
    auto const length = random() % 120;
    for (unsigned i = 0; i < length; ++i) {
        auto const& [first, last] = blocks[random() % std::size(blocks)];
        loci::text::append_code_point(text,
                                      first + static_cast<char32_t>(random() % (last - first + 1)));
    }
    return text;
}

} // namespace

TEST_CASE("texts of many languages give the stems by which they are found", "[text]") {
    auto const example = GENERATE(values<Example>({
        {"She loves hiking in the mountains!", "", {"love", "hike", "mountain"}},
        {"I don’t think it's O'Brien's dog", "", {"think", "obrien", "dog"}},
        {"It cost $1,299.50 at 10:30", "", {"cost", "1299", "50", "10", "30"}},
        {"example.com my_file e-mail", "", {"exampl", "com", "file", "e", "mail"}},
        {"Cafés in Zürich", "", {"cafe", "zurich"}},
        {"ﬁne ﬂowers", "", {"fine", "flower"}},
        {"Ｆｕｌｌ　ｗｉｄｔｈ", "", {"full", "width"}},
        {"Die Häuser am Fluss", "de", {"haus", "fluss"}},
        {"Die Häuser am Fluss", "de-CH", {"haus", "fluss"}},
        {"Les écoles publiques", "fr", {"ecol", "publiqu"}},
        {"l'école", "", {"ecol"}},
        {"Я читал ещё книги", "", {"чита", "книг"}},
        {"διάβασα βιβλία", "", {"διαβασ", "βιβλ"}},
        {"الكتب الجديدة", "", {"كتب", "جديد"}},
        {"किताबें", "", {"किताब"}},
        {"צה\"ל", "", {"צהל"}},
        {"東京都", "", {"東", "東京", "京", "京都", "都"}},
        {"猫がいる", "ja", {"猫", "猫が", "がい", "いる"}},
        {"ｶﾞｷﾞ", "", {"ガギ"}},
        {"고양이", "", {"고양", "양이"}},
        {"집", "", {"집"}},
        {"ฉันไปเดินป่า", "", {"ฉัน", "ไป", "เดิน", "ป่า"}},
        {"🎉", "", {"🎉"}},
        {"👍🏽 👍", "", {"👍", "👍"}},
        {"🇩🇪🇫🇷", "", {"🇩🇪", "🇫🇷"}},
        {"❤️", "", {"❤"}},
        {"5️⃣", "", {"5"}},
        {"to be or not to be", "", {"to", "be", "or", "not", "to", "be"}},
        {"the", "", {"the"}},
        {"n't", "", {"nt"}},
        {"", "", {}},
        {" \t\n!?… --- ", "", {}},
    }));
    CAPTURE(example.text);
    CHECK(analyze(example.text, example.language).stems == example.stems);
}

TEST_CASE("a word as a user types it finds the text that holds it", "[text]") {
    auto const [query, text] = GENERATE(table<std::string_view, std::string_view>({
        {"cafe", "The Cafés of Vienna"},
        {"CAFÉ", "cafe"},
        {"cafe\u0301", "caf\u00E9"},
        {"resume", "two résumés"},
        {"naive", "naïve"},
        {"istanbul", "İSTANBUL"},
        {"isparta", "ısparta"},
        {"strasse", "Straße"},
        {"lodz", "Łódź"},
        {"fine", "ﬁne"},
        {"obrien", "O’Brien"},
        {"example", "see https://example.com/path"},
        {"1000", "1,000 dollars"},
        {"елка", "Ёлки зелёные"},
        {"京都", "東京都に住んでいます"},
        {"猫", "黒い猫がいます"},
        {"プログラミング", "毎日プログラミングをする"},
        {"书店", "我昨天去了老书店"},
        {"고양이", "고양이가 잔다"},
        {"ป่า", "เมื่อวานนี้ฉันไปเดินป่ากับเพื่อน"},
        {"👍", "great 👍🏿"},
        {"soft\u00ADhyphen", "softhyphen"},
    }));
    CAPTURE(query, text);
    CHECK(finds(query, text));
}

TEST_CASE("different words stay different", "[text]") {
    CHECK_FALSE(finds("dog", "cats and birds"));
    CHECK_FALSE(finds("京都", "東京の都"));
    CHECK_FALSE(finds("🎉", "🎂"));
    CHECK_FALSE(finds("100", "1000"));
}

TEST_CASE("equality ignores case, width, form and white space runs only", "[text]") {
    CHECK(fold("  Hello\t\n WORLD ") == "hello world");
    CHECK(fold("Ｈｅｌｌｏ　world") == "hello world");
    CHECK(fold("Stra\u00DFe") == fold("STRASSE"));
    CHECK(fold("cafe\u0301") == fold("CAF\u00C9"));
    CHECK(fold("caf\u00E9") != fold("cafe"));
    CHECK(fold("a b") != fold("ab"));
    CHECK(fold("").empty());
    CHECK(fold(" \u00A0 ").empty());
}

TEST_CASE("stems survive being stored", "[text]") {
    Stems const stems{"17", "猫", "seat", "seat"};
    auto const blob = loci::text::join_stems(stems);
    CHECK(blob == "17\n猫\nseat\nseat\n");
    auto const split = loci::text::split_stems(blob);
    CHECK(std::equal(stems.begin(), stems.end(), split.begin(), split.end()));
    CHECK(loci::text::join_stems({}).empty());
    CHECK(loci::text::split_stems("").empty());
}

TEST_CASE("any text gives well-formed stems of bounded length", "[text]") {
    std::mt19937 random(20240501);
    for (int round = 0; round < 20'000; ++round) {
        std::string const text = random_text(random);
        auto const stems = analyze(text, round % 3 == 0 ? "fr" : "").stems;
        for (auto const& stem : stems) {
            bool const separator = std::any_of(stem.begin(), stem.end(), [](char c) {
                bool const alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                return static_cast<unsigned char>(c) < 0x80 && !alphanumeric;
            });
            if (stem.empty() || separator || !loci::is_utf8(stem) ||
                loci::count_code_points(stem) > 64) {
                CAPTURE(round, text, stem);
                FAIL("not a stem");
            }
        }
        REQUIRE(fold(fold(text)) == fold(text));
        REQUIRE(analyze(text).stems == analyze(text).stems);
    }
}

TEST_CASE("long words and endless marks stay cheap", "[text]") {
    CHECK(analyze(std::string(1 << 20, 'a')).stems == Stems{std::string(64, 'a')});
    std::string marks = "e";
    for (int i = 0; i < 200'000; ++i) {
        marks += i % 2 == 0 ? "\u0301" : "\u0323";
    }
    CHECK(analyze(marks).stems == Stems{"e"});
    std::string thai;
    for (int i = 0; i < 100'000; ++i) {
        thai += "ก";
    }
    for (auto const& stem : analyze(thai).stems) {
        REQUIRE(loci::count_code_points(stem) <= 64);
    }
}

TEST_CASE("threads analyse at once and agree", "[text]") {
    std::string_view const text = "Café 東京 ฉันไปเดินป่า книги 🎉 running";
    Stems const expected = analyze(text).stems;
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int round = 0; round < 200; ++round) {
                    wrong += analyze(text).stems == expected ? 0 : 1;
                }
            });
        }
    }
    CHECK(wrong == 0);
}
