#include "openai/pause.hpp"
#include "openai/service.hpp"
#include "openai/vectors.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <loci/base/utf8.hpp>
#include <openssl/sha.h>
#include <optional>

namespace loci::memory {
namespace {

constexpr std::size_t largest_dimension = 65'536;
constexpr std::size_t largest_batch = 2048;
constexpr std::string_view probe = "probe";

std::string short_hash(std::string_view text) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    void const* const bytes = text.data();
    SHA256(static_cast<unsigned char const*>(bytes), text.size(), hash.data());
    constexpr std::size_t shown = 4;
    return fmt::format("{:02x}", fmt::join(hash.begin(), hash.begin() + shown, ""));
}

std::optional<Error> check(OpenAiEmbeddings const& settings) {
    if (auto error = openai::Service::check(settings.server)) {
        return error;
    }
    if (settings.batch < 1 || settings.batch > largest_batch) {
        return invalid_field("batch", "range", "a batch holds 1 to 2048 texts");
    }
    if (settings.longest_text < 1) {
        return invalid_field("longest_text", "minimum", "a text keeps at least one code point");
    }
    for (auto const& dimension : {settings.dimensions, settings.known_dimension}) {
        if (dimension && (*dimension < 1 || *dimension > largest_dimension)) {
            return invalid_field("dimensions", "range", "a vector has 1 to 65536 dimensions");
        }
    }
    if (!is_utf8(settings.query_prefix) || !is_utf8(settings.passage_prefix)) {
        return invalid_field("prefix", "utf8", "a prefix is not UTF-8");
    }
    return std::nullopt;
}

class OpenAiEmbedder final : public Embedder {
public:
    OpenAiEmbedder(OpenAiEmbeddings settings, Environment const& environment)
        : settings_(std::move(settings))
        , model_id_(model_id_of(settings_))
        , service_(settings_.server, environment)
        , pause_(environment.clock)
        , dimension_(settings_.dimensions ? settings_.dimensions : settings_.known_dimension) {}

    std::string const& model_id() const override { return model_id_; }

    std::size_t dimension() const override { return dimension_.value_or(0); }

    Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const> texts,
                                                  EmbeddingPurpose purpose) override {
        std::vector<std::vector<float>> vectors(texts.size());
        std::vector<std::size_t> asked; // places of the texts that say something
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (!trim(texts[i]).empty()) {
                asked.push_back(i);
            }
        }
        for (std::size_t first = 0; first < asked.size(); first += settings_.batch) {
            auto const count = std::min(settings_.batch, asked.size() - first);
            std::vector<std::string> inputs;
            for (std::size_t i = 0; i < count; ++i) {
                inputs.push_back(input_of(texts[asked[first + i]], purpose));
            }
            auto batch = request(inputs, purpose);
            if (!batch) {
                return batch.error();
            }
            for (std::size_t i = 0; i < count; ++i) {
                vectors[asked[first + i]] = std::move((*batch)[i]);
            }
        }
        return vectors;
    }

    /// Learns the dimension where it is not known. Before the embedder is shared.
    std::optional<Error> ask_for_dimension() {
        if (dimension_) {
            return std::nullopt;
        }
        auto const answer = embed(std::span{&probe, 1}, EmbeddingPurpose::passage);
        if (!answer) {
            return answer.error();
        }
        auto const size = answer->front().size();
        if (size < 1 || size > largest_dimension) {
            return openai::Service::faulty("a vector without a direction");
        }
        dimension_ = size;
        return std::nullopt;
    }

private:
    std::string input_of(std::string_view text, EmbeddingPurpose purpose) const {
        auto input =
            purpose == EmbeddingPurpose::query ? settings_.query_prefix : settings_.passage_prefix;
        input += first_code_points(text, settings_.longest_text);
        return input;
    }

    Result<std::vector<std::vector<float>>> request(std::vector<std::string> const& inputs,
                                                    EmbeddingPurpose purpose) {
        boost::json::object body{{"model", settings_.server.model},
                                 {"input", boost::json::value_from(inputs)}};
        if (settings_.dimensions) {
            body["dimensions"] = *settings_.dimensions;
        }
        if (auto error = pause_.enter()) {
            return *error;
        }
        auto const is_question = purpose == EmbeddingPurpose::query;
        auto const& server = settings_.server;
        auto const answer =
            service_.post({.path = "/embeddings",
                           .body = boost::json::serialize(body),
                           .timeout = is_question ? settings_.question_timeout : server.timeout,
                           .patience = is_question ? settings_.question_timeout : server.patience,
                           .secrets = inputs});
        if (!answer) {
            pause_.leave(answer.error().kind == ErrorKind::invalid);
            return answer.error();
        }
        auto vectors = openai::read_vectors(*answer, inputs.size());
        pause_.leave(vectors.has_value());
        if (!vectors) {
            return vectors.error();
        }
        for (auto const& vector : *vectors) {
            if (dimension_ && !vector.empty() && vector.size() != *dimension_) {
                return openai::Service::faulty(fmt::format(
                    "a vector of {} dimensions in place of {}", vector.size(), *dimension_));
            }
        }
        return vectors;
    }

    OpenAiEmbeddings const settings_;
    std::string const model_id_;
    openai::Service service_;
    openai::Pause pause_;
    std::optional<std::size_t> dimension_;
};

} // namespace

std::string model_id_of(OpenAiEmbeddings const& settings) {
    auto id = "openai:" + settings.server.model;
    if (settings.dimensions) {
        id += fmt::format("/{}", *settings.dimensions);
    }
    if (!settings.passage_prefix.empty()) {
        id += "#" + short_hash(settings.passage_prefix);
    }
    return id;
}

Result<std::unique_ptr<Embedder>> open_openai_embedder(OpenAiEmbeddings settings,
                                                       Environment const& environment) {
    if (auto error = check(settings)) {
        return *error;
    }
    auto embedder = std::make_unique<OpenAiEmbedder>(std::move(settings), environment);
    if (auto error = embedder->ask_for_dimension()) {
        return *error;
    }
    return std::unique_ptr<Embedder>{std::move(embedder)};
}

} // namespace loci::memory
