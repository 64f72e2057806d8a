#include "embed/mapped_file.hpp"
#include "embed/safetensors.hpp"
#include "embed/word_piece.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <loci/memory/static_model.hpp>
#include <openssl/sha.h>
#include <optional>
#include <text/unicode.hpp>

namespace loci::memory {
namespace {

using embed::Safetensors;
using embed::Tensor;

constexpr std::size_t most_tokens = 512;
constexpr std::uint64_t largest_dimension = 16'384;
constexpr std::uint64_t most_rows = 1u << 24;
constexpr char const* nested_folder = "0_StaticEmbedding";

Error corrupt(std::string what) {
    return {ErrorKind::corrupt, "MODEL_CORRUPT", "model.safetensors: " + std::move(what)};
}

Error unsupported(std::string what) {
    return {ErrorKind::invalid, "MODEL_UNSUPPORTED", "model.safetensors: " + std::move(what)};
}

/// Where the files of a model lie.
std::optional<std::filesystem::path> files_of(std::filesystem::path const& folder) {
    std::error_code ignored;
    auto const has = [&](std::filesystem::path const& name) {
        return std::filesystem::exists(folder / name, ignored);
    };
    auto const has_config = has("config.json") || has("config_sentence_transformers.json");
    if (has_config && has("model.safetensors")) {
        return folder;
    }
    if (has("config_sentence_transformers.json") &&
        has(std::filesystem::path{nested_folder} / "model.safetensors")) {
        return folder / nested_folder;
    }
    return std::nullopt;
}

using Hash = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Hash hash_of(std::span<std::byte const> bytes) {
    Hash hash{};
    void const* const data = bytes.data();
    SHA256(static_cast<unsigned char const*>(data), bytes.size(), hash.data());
    return hash;
}

std::string model_id_of(std::filesystem::path const& folder, std::span<std::byte const> weights,
                        std::span<std::byte const> tokenizer) {
    std::array const hashes{hash_of(weights), hash_of(tokenizer)};
    auto const whole = hash_of(std::as_bytes(std::span{hashes}));
    constexpr std::size_t shown = 6;
    std::error_code ignored;
    auto const place = std::filesystem::weakly_canonical(folder, ignored);
    auto const name = place.filename().empty() ? place.parent_path().filename() : place.filename();
    return fmt::format("{}@{:02x}", name.string(),
                       fmt::join(whole.begin(), whole.begin() + shown, ""));
}

/// The tensors that inference uses, checked against each other and against the tokenizer.
struct Tables {
    Tensor rows;
    std::vector<std::uint32_t> mapping; ///< row of each token id; empty: the id itself
    std::vector<float> weights;         ///< of each token id; empty: all 1
};

std::optional<Error> read_rows(Safetensors const& file, Tables& tables) {
    auto const* rows = file.find("embeddings");
    rows = rows != nullptr ? rows : file.find("embedding.weight");
    if (rows == nullptr) {
        return corrupt("it holds neither `embeddings` nor `embedding.weight`");
    }
    if (rows->shape.size() != 2 || rows->shape[0] == 0 || rows->shape[0] > most_rows ||
        rows->shape[1] == 0 || rows->shape[1] > largest_dimension) {
        return corrupt("its table has no sound number of rows and columns");
    }
    if (!rows->is_real()) {
        return unsupported("its table is not F32, F16, BF16, F64 or I8");
    }
    tables.rows = *rows;
    return std::nullopt;
}

std::optional<Error> read_mapping(Safetensors const& file, Tables& tables) {
    auto const* const mapping = file.find("mapping");
    if (mapping == nullptr) {
        return std::nullopt;
    }
    if (mapping->shape.size() != 1 || !mapping->is_integer()) {
        return corrupt("`mapping` is not a list of integers");
    }
    auto const rows = static_cast<std::int64_t>(tables.rows.shape[0]);
    for (std::size_t id = 0; id < mapping->shape[0]; ++id) {
        auto const row = mapping->integer(id);
        if (row < 0 || row >= rows) {
            return corrupt("`mapping` names a row that the table does not have");
        }
        tables.mapping.push_back(static_cast<std::uint32_t>(row));
    }
    return std::nullopt;
}

std::optional<Error> read_weights(Safetensors const& file, Tables& tables) {
    auto const* const weights = file.find("weights");
    if (weights == nullptr) {
        return std::nullopt;
    }
    if (weights->shape.size() != 1 || !weights->is_real()) {
        return corrupt("`weights` is not a list of numbers");
    }
    tables.weights.resize(weights->shape[0]);
    weights->real(0, tables.weights);
    return std::nullopt;
}

std::optional<Error> check_ids(Tables const& tables, embed::WordPieceTokenizer const& tokenizer) {
    auto const has_mapping = !tables.mapping.empty();
    auto const ids = has_mapping ? tables.mapping.size() : tables.rows.shape[0];
    if (tokenizer.largest_id() >= ids) {
        return corrupt(has_mapping ? "`mapping` lacks ids of the vocabulary"
                                   : "its table lacks rows for ids of the vocabulary");
    }
    if (!tables.weights.empty() && tokenizer.largest_id() >= tables.weights.size()) {
        return corrupt("`weights` lacks ids of the vocabulary");
    }
    return std::nullopt;
}

bool all_finite(std::span<float const> numbers) {
    return std::all_of(numbers.begin(), numbers.end(),
                       [](float number) { return std::isfinite(number); });
}

std::optional<Error> check_numbers(Tables const& tables) {
    std::vector<float> row(tables.rows.shape[1]);
    for (std::size_t i = 0; i < tables.rows.shape[0]; ++i) {
        tables.rows.real(i * row.size(), row);
        if (!all_finite(row)) {
            return corrupt("its table holds a number that is not finite");
        }
    }
    return all_finite(tables.weights)
               ? std::nullopt
               : std::optional{corrupt("`weights` holds a number that is not finite")};
}

Result<Tables> read_tables(Safetensors const& file, embed::WordPieceTokenizer const& tokenizer) {
    Tables tables;
    for (auto const& step : {read_rows, read_mapping, read_weights}) {
        if (auto error = step(file, tables)) {
            return *error;
        }
    }
    if (auto error = check_ids(tables, tokenizer)) {
        return *error;
    }
    if (auto error = check_numbers(tables)) {
        return *error;
    }
    return tables;
}

std::string_view first_characters(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    for (; count > 0 && at < text.size(); --count) {
        text::next_code_point(text, at);
    }
    return text.substr(0, at);
}

class StaticModel final : public Embedder {
public:
    StaticModel(std::string model_id, embed::MappedFile file, Tables tables,
                embed::WordPieceTokenizer tokenizer)
        : model_id_(std::move(model_id))
        , file_(std::move(file))
        , tables_(std::move(tables))
        , tokenizer_(std::move(tokenizer)) {}

    std::string const& model_id() const override { return model_id_; }

    std::size_t dimension() const override { return tables_.rows.shape[1]; }

    Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const> texts,
                                                  EmbeddingPurpose) override {
        std::vector<std::vector<float>> vectors;
        vectors.reserve(texts.size());
        for (auto const text : texts) {
            vectors.push_back(vector_of(text));
        }
        return vectors;
    }

private:
    std::vector<std::uint32_t> tokens_of(std::string_view text) const {
        auto ids = tokenizer_.encode(
            first_characters(text, most_tokens * tokenizer_.median_token_length()));
        std::erase(ids, tokenizer_.unknown());
        ids.resize(std::min(ids.size(), most_tokens));
        return ids;
    }

    std::vector<float> vector_of(std::string_view text) const {
        std::vector<double> sum(dimension());
        std::vector<float> row(dimension());
        for (auto const id : tokens_of(text)) {
            auto const at = tables_.mapping.empty() ? id : tables_.mapping[id];
            tables_.rows.real(at * row.size(), row);
            auto const weight =
                tables_.weights.empty() ? 1.0 : static_cast<double>(tables_.weights[id]);
            for (std::size_t i = 0; i < row.size(); ++i) {
                sum[i] += weight * static_cast<double>(row[i]);
            }
        }
        double squares = 0;
        for (auto const value : sum) {
            squares += value * value;
        }
        // The length of the sum says the same as that of the mean: both give the same direction.
        auto const length = std::sqrt(squares);
        if (!(length > 0) || !std::isfinite(length)) {
            return {};
        }
        std::vector<float> vector(sum.size());
        std::transform(sum.begin(), sum.end(), vector.begin(),
                       [length](double value) { return static_cast<float>(value / length); });
        return vector;
    }

    std::string const model_id_;
    embed::MappedFile const file_;
    Tables const tables_; ///< within `file_`
    embed::WordPieceTokenizer const tokenizer_;
};

} // namespace

Result<std::unique_ptr<Embedder>> open_static_model(std::filesystem::path const& folder) {
    auto const place = files_of(folder);
    if (!place) {
        return Error{ErrorKind::not_found, "MODEL_NOT_FOUND",
                     "the folder holds no static model: config.json or "
                     "config_sentence_transformers.json with model.safetensors and tokenizer.json"};
    }
    auto tokenizer_file = embed::MappedFile::open(*place / "tokenizer.json");
    if (!tokenizer_file) {
        return tokenizer_file.error();
    }
    auto weights_file = embed::MappedFile::open(*place / "model.safetensors");
    if (!weights_file) {
        return weights_file.error();
    }
    auto const text = tokenizer_file->bytes();
    auto tokenizer =
        embed::WordPieceTokenizer::parse({reinterpret_cast<char const*>(text.data()), text.size()});
    if (!tokenizer) {
        return tokenizer.error();
    }
    auto const tensors = Safetensors::parse(weights_file->bytes());
    if (!tensors) {
        return tensors.error();
    }
    auto tables = read_tables(*tensors, *tokenizer);
    if (!tables) {
        return tables.error();
    }
    auto id = model_id_of(folder, weights_file->bytes(), text);
    return std::unique_ptr<Embedder>{std::make_unique<StaticModel>(
        std::move(id), std::move(*weights_file), std::move(*tables), std::move(*tokenizer))};
}

} // namespace loci::memory
