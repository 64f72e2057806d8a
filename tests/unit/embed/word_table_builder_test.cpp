#include "embed/word_table_builder/stemmed_wordnet.hpp"
#include "embed/word_table_builder/truncated_svd.hpp"
#include "embed/word_table_builder/word_graph.hpp"
#include "embed/word_table_builder/wordnet.hpp"
#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <stdlib.h>

using namespace loci::embed;

namespace {

class Folder {
public:
    Folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "loci-wordnet-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
        for (auto const* file : {"data.noun", "data.verb", "data.adj", "data.adv"}) {
            write(file, "");
        }
    }

    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;

    ~Folder() { std::filesystem::remove_all(path_); }

    void write(char const* name, std::string_view text) const {
        std::ofstream(path_ / name) << "  1 licence\n" << text;
    }

    std::filesystem::path const& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace

TEST_CASE("senses are read with their words, links and definitions", "[embed]") {
    Folder const folder;
    folder.write("data.noun", "00000001 03 n 02 Boat 0 row_boat 0 001 @ 00000002 n 0000 | floats\n"
                              "00000002 03 n 0b a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j 0 k 0 000 | "
                              "caf\xE9 | more\n");
    folder.write("data.verb", "00000001 30 v 01 sail 1 000 01 + 08 00 | moves\n");
    folder.write("data.adj", "00000001 00 s 01 galore(ip) 0 001 & 00000001 a 0000 | many\n");
    auto const synsets = read_wordnet(folder.path());
    REQUIRE(synsets.size() == 4);
    CHECK(synsets[0].lemmas == std::vector<std::string>{"Boat", "row_boat"});
    REQUIRE(synsets[0].links.size() == 1);
    CHECK(synsets[0].links[0].kind == "@");
    CHECK(synsets[0].links[0].target == 1);
    CHECK(synsets[1].lemmas.size() == 11);
    CHECK(synsets[1].gloss == "café | more");
    CHECK(synsets[2].gloss == "moves");
    CHECK(synsets[3].lemmas == std::vector<std::string>{"galore"});
    CHECK(synsets[3].links[0].target == 3);
}

TEST_CASE("a database that is not as documented is refused", "[embed]") {
    Folder const folder;
    auto const line = GENERATE("00000001 03 n 02 boat 0 000 | floats\n", "nonsense\n",
                               "00000001 03 n 01 boat 0 000 floats\n",
                               "00000001 03 n 01 boat 0 001 @ 00000009 n 0000 | floats\n");
    folder.write("data.noun", line);
    CHECK_THROWS_AS(read_wordnet(folder.path()), std::runtime_error);
    std::filesystem::remove(folder.path() / "data.noun");
    CHECK_THROWS_AS(read_wordnet(folder.path()), std::runtime_error);
}

TEST_CASE("words become the stems of the library", "[embed]") {
    auto const wordnet = stem_wordnet({{.lemmas = {"Boats", "row_boat", "well-known", "the", "x"},
                                        .links = {},
                                        .gloss = "a boat; boats float"}});
    CHECK(wordnet.stems == std::vector<std::string>{"boat", "float"});
    CHECK(wordnet.senses[0].lemmas == std::vector<StemId>{0});
    CHECK(wordnet.senses[0].gloss == std::vector<StemId>{0, 0, 1});
    CHECK(distinct(wordnet.senses[0].gloss) == std::vector<StemId>{0, 1});
}

TEST_CASE("linked words have information about each other, others have none", "[embed]") {
    auto const matrix =
        word_graph(stem_wordnet({{.lemmas = {"car", "automobile"}, .links = {}, .gloss = "vehicle"},
                                 {.lemmas = {"banana"}, .links = {}, .gloss = "fruit"}}));
    CHECK(matrix.size == 5);
    for (std::size_t i = 0; i < matrix.entries.size(); ++i) {
        auto const& entry = matrix.entries[i];
        CHECK(entry.value > 0);
        CHECK((entry.row < 3) == (entry.column < 3));
        bool const ordered =
            i == 0 || matrix.entries[i - 1].row < entry.row ||
            (matrix.entries[i - 1].row == entry.row && matrix.entries[i - 1].column < entry.column);
        CHECK(ordered);
    }
    CHECK_FALSE(matrix.entries.empty());
}

TEST_CASE("the decomposition finds the leading singular vectors", "[embed]") {
    // Singular values 1, 2 … n on the axes: the last two axes lead.
    constexpr StemId size = 60;
    SparseMatrix matrix{.size = size, .entries = {}};
    for (StemId i = 0; i < size; ++i) {
        matrix.entries.push_back({i, i, static_cast<float>(i + 1)});
    }
    auto const vectors = truncated_svd(matrix, 2);
    REQUIRE(vectors.rows() == size);
    REQUIRE(vectors.cols() == 2);
    CHECK(std::abs(vectors(59, 0)) == Approx(std::sqrt(60.0)).epsilon(0.01));
    CHECK(std::abs(vectors(58, 1)) == Approx(std::sqrt(59.0)).epsilon(0.01));
    CHECK(std::abs(vectors(0, 0)) < 0.01F);
    CHECK(vectors == truncated_svd(matrix, 2));
}
