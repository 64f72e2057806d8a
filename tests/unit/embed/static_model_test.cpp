#include "model_files.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <loci/memory/static_model.hpp>
#include <support/temporary_directory.hpp>

using namespace loci::memory;
using loci::tests::bytes_of;
using loci::tests::GivenTensor;
using loci::tests::GivenTokenizer;
using loci::tests::safetensors_file;
using loci::tests::write_file;

namespace {

// Rows of the ten tokens of `GivenTokenizer`, three columns each.
std::vector<float> const given_rows{9,  9, 9, 5, 5, 5, 1, 0, 0, 0, 2, 0, 0,    0,     4,
                                    -1, 1, 0, 3, 4, 0, 0, 0, 1, 2, 2, 1, 0.5F, -0.5F, 0};

GivenTensor table_of(std::string name, std::vector<float> const& numbers = given_rows) {
    return {std::move(name), "F32", "[10,3]", bytes_of(numbers)};
}

void write_model(std::filesystem::path const& folder, std::vector<GivenTensor> const& tensors,
                 GivenTokenizer const& tokenizer = {}) {
    write_file(folder / "config.json", R"({"normalize":false})");
    write_file(folder / "model.safetensors", safetensors_file(tensors));
    write_file(folder / "tokenizer.json", tokenizer.text());
}

std::vector<float> vector_of(Embedder& model, std::string_view text) {
    return model.embed(std::span{&text, 1}, EmbeddingPurpose::passage).value().front();
}

void check_near(std::vector<float> const& found, std::vector<double> const& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(static_cast<double>(found[i]) == Approx(expected[i]).margin(1e-6));
    }
}

std::string reason_of(std::filesystem::path const& folder) {
    auto const opened = open_static_model(folder);
    return opened ? "opened" : opened.error().reason;
}

} // namespace

TEST_CASE("a static model gives the mean of its tokens' rows, of length 1", "[embed][static]") {
    loci::tests::TemporaryDirectory const directory;
    write_model(directory.path(), {table_of("embeddings")});
    auto const model = open_static_model(directory.path()).value();
    CHECK(model->dimension() == 3);
    // the [1 0 0], cat [0 2 0], ##s [0 0 4]: mean [1/3 2/3 4/3], length sqrt(21)/3
    check_near(vector_of(*model, "the cats"), {0.2182179, 0.4364358, 0.8728716});
    // play [3 4 0]: length 5
    check_near(vector_of(*model, "PLAY"), {0.6, 0.8, 0.0});
    // caf\u00e9 -> cafe [.5 -.5 0], unknown words add nothing
    check_near(vector_of(*model, "zebra caf\u00E9 qux"), {0.7071068, -0.7071068, 0.0});
    CHECK(vector_of(*model, "zebra").empty());
    CHECK(vector_of(*model, "").empty());
    // the [1 0 0] + sat [-1 1 0] + . [2 2 1]: [2 3 1], length sqrt(14)
    check_near(vector_of(*model, "the sat."), {0.5345225, 0.8017837, 0.2672612});
}

TEST_CASE("a static model opens in each of its three layouts", "[embed][static]") {
    loci::tests::TemporaryDirectory const directory;
    auto const tokenizer = GivenTokenizer{}.text();
    SECTION("model2vec") {
        write_model(directory.path(), {table_of("embeddings")});
    }
    SECTION("sentence-transformers") {
        write_file(directory.path() / "config_sentence_transformers.json", "{}");
        write_file(directory.path() / "model.safetensors",
                   safetensors_file({table_of("embedding.weight")}));
        write_file(directory.path() / "tokenizer.json", tokenizer);
    }
    SECTION("nested") {
        write_file(directory.path() / "config_sentence_transformers.json", "{}");
        auto const nested = directory.path() / "0_StaticEmbedding";
        write_file(nested / "model.safetensors", safetensors_file({table_of("embedding.weight")}));
        write_file(nested / "tokenizer.json", tokenizer);
    }
    auto const model = open_static_model(directory.path()).value();
    check_near(vector_of(*model, "the cats"), {0.2182179, 0.4364358, 0.8728716});
}

TEST_CASE("a mapping names rows and weights count by token", "[embed][static]") {
    loci::tests::TemporaryDirectory const directory;
    auto const rows =
        GivenTensor{"embeddings", "F32", "[2,2]", bytes_of(std::vector{1.0F, 0.0F, 0.0F, 1.0F})};
    auto const mapping =
        GivenTensor{"mapping", "I64", "[10]",
                    bytes_of(std::vector<std::int64_t>{0, 0, 0, 1, 0, 1, 1, 0, 0, 1})};
    auto const weights = GivenTensor{
        "weights", "F32", "[10]",
        bytes_of(std::vector{1.0F, 1.0F, 3.0F, 4.0F, 0.0F, 2.0F, 1.0F, 1.0F, 1.0F, 1.0F})};
    write_model(directory.path(), {rows, mapping, weights});
    auto const model = open_static_model(directory.path()).value();
    check_near(vector_of(*model, "the cat"), {0.6, 0.8});  // 3 * row 0 + 4 * row 1
    check_near(vector_of(*model, "the cats"), {0.6, 0.8}); // ##s weighs nothing
    CHECK(model->dimension() == 2);
}

TEST_CASE("tables of other number types give the same directions", "[embed][static]") {
    loci::tests::TemporaryDirectory const directory;
    auto const [dtype, data] = GENERATE(table<std::string, std::string>(
        {{"F64", bytes_of(std::vector<double>(given_rows.begin(), given_rows.end()))},
         {"I8",
          bytes_of(std::vector<std::int8_t>{18, 18, 18, 10, 10, 10, 2, 0, 0, 0, 4, 0, 0, 0,  8,
                                            -2, 2,  0,  6,  8,  0,  0, 0, 2, 4, 4, 2, 1, -1, 0})},
         {"F16", bytes_of(std::vector<std::uint16_t>{
                     0x4880, 0x4880, 0x4880, 0x4500, 0x4500, 0x4500, 0x3C00, 0,      0,      0,
                     0x4000, 0,      0,      0,      0x4400, 0xBC00, 0x3C00, 0,      0x4200, 0x4400,
                     0,      0,      0,      0x3C00, 0x4000, 0x4000, 0x3C00, 0x3800, 0xB800, 0})},
         {"BF16",
          bytes_of(std::vector<std::uint16_t>{
              0x4110, 0x4110, 0x4110, 0x40A0, 0x40A0, 0x40A0, 0x3F80, 0,      0,      0,
              0x4000, 0,      0,      0,      0x4080, 0xBF80, 0x3F80, 0,      0x4040, 0x4080,
              0,      0,      0,      0x3F80, 0x4000, 0x4000, 0x3F80, 0x3F00, 0xBF00, 0})}}));
    CAPTURE(dtype);
    write_model(directory.path(), {{"embeddings", dtype, "[10,3]", data}});
    auto const model = open_static_model(directory.path()).value();
    check_near(vector_of(*model, "the cats"), {0.2182179, 0.4364358, 0.8728716});
    check_near(vector_of(*model, "cafe"), {0.7071068, -0.7071068, 0.0});
}

TEST_CASE("of a long text the first 512 tokens count", "[embed][static]") {
    loci::tests::TemporaryDirectory const directory;
    GivenTokenizer tokenizer;
    tokenizer.vocabulary = R"({"[UNK]":0,"aaaa":1,"b":2,"c":3})"; // median length 2
    tokenizer.added_tokens = "[]";
    write_model(directory.path(),
                {{"embeddings", "F32", "[4,2]",
                  bytes_of(std::vector{0.0F, 0.0F, 9.0F, 9.0F, 1.0F, 0.0F, 0.0F, 1.0F})}},
                tokenizer);
    auto const model = open_static_model(directory.path()).value();
    std::string text;
    for (int i = 0; i < 512; ++i) {
        text += "b ";
    }
    check_near(vector_of(*model, text + "c"), {1.0, 0.0}); // cut at 1024 characters
    std::string dense;
    for (int i = 0; i < 512; ++i) {
        dense += "b";
        dense += i % 2 == 0 ? "" : " ";
    }
    tokenizer.vocabulary = R"({"[UNK]":0,"##b":1,"b":2,"c":3})"; // 512 tokens in 768 characters
    write_model(directory.path(),
                {{"embeddings", "F32", "[4,2]",
                  bytes_of(std::vector{0.0F, 0.0F, 1.0F, 0.0F, 1.0F, 0.0F, 0.0F, 1.0F})}},
                tokenizer);
    auto const other = open_static_model(directory.path()).value();
    check_near(vector_of(*other, dense + "c c c"), {1.0, 0.0});
    check_near(vector_of(*other, "b c"), {0.7071068, 0.7071068});
}

TEST_CASE("a model's id is its name and what its files hold", "[embed][static]") {
    loci::tests::TemporaryDirectory const directory;
    auto const folder = directory.path() / "tiny";
    write_model(folder, {table_of("embeddings")});
    auto const first = open_static_model(folder).value()->model_id();
    CHECK(first.size() == 17);
    CHECK(first.substr(0, 5) == "tiny@");
    CHECK(open_static_model(folder / "").value()->model_id() == first);
    auto other_table = given_rows;
    other_table.back() = 1;
    write_model(folder, {table_of("embeddings", other_table)});
    auto const second = open_static_model(folder).value()->model_id();
    GivenTokenizer tokenizer;
    tokenizer.pre_tokenizer = R"({ "type" : "BertPreTokenizer" })";
    write_model(folder, {table_of("embeddings")}, tokenizer);
    auto const third = open_static_model(folder).value()->model_id();
    CHECK(second != first);
    CHECK(third != first);
    CHECK(third != second);
}

TEST_CASE("a folder without a model is told from a damaged one", "[embed][static]") {
    loci::tests::TemporaryDirectory const directory;
    auto const& folder = directory.path();
    CHECK(reason_of(folder) == "MODEL_NOT_FOUND");
    CHECK(reason_of(folder / "absent") == "MODEL_NOT_FOUND");
    write_model(folder, {table_of("embeddings")});
    CHECK(reason_of(folder) == "opened");
    std::filesystem::remove(folder / "tokenizer.json");
    CHECK(reason_of(folder) == "MODEL_NOT_FOUND");
    std::filesystem::create_directory(folder / "tokenizer.json");
    CHECK(reason_of(folder) == "MODEL_UNREADABLE");
}

TEST_CASE("tables that do not fit each other or the vocabulary are refused", "[embed][static]") {
    loci::tests::TemporaryDirectory const directory;
    auto const integers = [](std::vector<std::int32_t> const& numbers, std::string const& shape) {
        return GivenTensor{"mapping", "I32", shape, bytes_of(numbers)};
    };
    std::vector<std::int32_t> const sound{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    auto negative = sound;
    negative[5] = -1;
    auto beyond = sound;
    beyond[5] = 10;
    auto endless = given_rows;
    endless[7] = std::numeric_limits<float>::quiet_NaN();
    auto const tensors = GENERATE_COPY(
        as<std::vector<GivenTensor>>{}, std::vector<GivenTensor>{table_of("other")},
        std::vector<GivenTensor>{{"embeddings", "F32", "[30]", bytes_of(given_rows)}},
        std::vector<GivenTensor>{{"embeddings", "F32", "[0,3]", ""}},
        std::vector<GivenTensor>{{"embeddings", "F32", "[3,0]", ""}},
        std::vector<GivenTensor>{
            {"embeddings", "F32", "[9,3]", bytes_of(std::vector<float>(27, 1))}},
        std::vector<GivenTensor>{table_of("embeddings", endless)},
        std::vector<GivenTensor>{table_of("embeddings"), integers(negative, "[10]")},
        std::vector<GivenTensor>{table_of("embeddings"), integers(beyond, "[10]")},
        std::vector<GivenTensor>{table_of("embeddings"), integers({0, 1}, "[2]")},
        std::vector<GivenTensor>{table_of("embeddings"), integers(sound, "[5,2]")},
        std::vector<GivenTensor>{table_of("embeddings"),
                                 {"mapping", "F32", "[10]", bytes_of(std::vector<float>(10))}},
        std::vector<GivenTensor>{table_of("embeddings"),
                                 {"weights", "F32", "[9]", bytes_of(std::vector<float>(9, 1))}},
        std::vector<GivenTensor>{
            table_of("embeddings"),
            {"weights", "I64", "[10]", bytes_of(std::vector<std::int64_t>(10))}});
    write_model(directory.path(), tensors);
    CHECK(reason_of(directory.path()) == "MODEL_CORRUPT");
}

TEST_CASE("a table of numbers that are not read is unsupported", "[embed][static]") {
    loci::tests::TemporaryDirectory const directory;
    write_model(directory.path(), {{"embeddings", "U8", "[10,3]", std::string(30, 'x')}});
    CHECK(reason_of(directory.path()) == "MODEL_UNSUPPORTED");
}
