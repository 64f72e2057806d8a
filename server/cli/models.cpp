#include "cli/models.hpp"

#include "cli/owner_key.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <loci/memory/openai.hpp>
#include <loci/memory/static_model.hpp>

namespace loci::cli {
namespace {

using memory::Embedder;
using OpenedEmbedder = Result<std::unique_ptr<Embedder>>;

constexpr std::string_view static_prefix = "static:";
constexpr std::string_view built_in_prefix = "wordnet-";

/// Stands for a model that nobody named: what is written waits for it.
class AbsentEmbedder final : public Embedder {
public:
    explicit AbsentEmbedder(memory::StoredModel model)
        : model_(std::move(model)) {}

    std::string const& model_id() const override { return model_.id; }

    std::size_t dimension() const override { return model_.dimension; }

    Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const>,
                                                  memory::EmbeddingPurpose) override {
        return Error{ErrorKind::unavailable, "MODEL_NOT_AT_HAND",
                     "the settings do not say where this directory's model is"};
    }

private:
    memory::StoredModel const model_;
};

Error in_setting(std::string_view name, Error error) {
    error.message = fmt::format("{}: {}", name, error.message);
    return error;
}

Result<memory::OpenAiServer> server_of(ModelServerSettings const& settings,
                                       std::string_view prefix) {
    memory::OpenAiServer server{.base_url = settings.url.value_or(""),
                                .model = settings.model.value_or(""),
                                .key = settings.key.value_or(""),
                                .timeout = std::chrono::seconds{settings.timeout}};
    if (server.key.empty() && settings.key_file) {
        auto const key = read_key_file(*settings.key_file);
        if (!key) {
            return in_setting(fmt::format("{}-key-file", prefix), key.error());
        }
        if (!*key) {
            return invalid_field(fmt::format("{}-key-file", prefix), "exists",
                                 fmt::format("{}-key-file: there is no file {}", prefix,
                                             settings.key_file->string()));
        }
        server.key = **key;
    }
    return server;
}

Result<memory::OpenAiEmbeddings> embeddings_of(EmbeddingSettings const& settings) {
    auto const server = server_of(settings.server, "embedding");
    if (!server) {
        return server.error();
    }
    memory::OpenAiEmbeddings embeddings{.server = *server,
                                        .query_prefix = settings.query_prefix,
                                        .passage_prefix = settings.passage_prefix,
                                        .batch = static_cast<std::size_t>(settings.batch)};
    if (settings.dimensions) {
        embeddings.dimensions = static_cast<std::size_t>(*settings.dimensions);
    }
    return embeddings;
}

OpenedEmbedder open_openai(EmbeddingSettings const& settings,
                           std::span<memory::StoredModel const> stored,
                           Environment const& environment) {
    auto embeddings = embeddings_of(settings);
    if (!embeddings) {
        return embeddings.error();
    }
    auto const id = memory::model_id_of(*embeddings);
    auto const known = std::find_if(stored.begin(), stored.end(),
                                    [&](auto const& model) { return model.id == id; });
    if (known != stored.end()) {
        embeddings->known_dimension = known->dimension;
    }
    auto opened = memory::open_openai_embedder(std::move(*embeddings), environment);
    return opened ? std::move(opened)
                  : OpenedEmbedder{in_setting("the embedding server", opened.error())};
}

OpenedEmbedder open_embedder(std::string_view kind, EmbeddingSettings const& settings,
                             std::span<memory::StoredModel const> stored,
                             Environment const& environment) {
    if (kind == "openai") {
        return open_openai(settings, stored, environment);
    }
    if (kind.starts_with(static_prefix)) {
        kind.remove_prefix(static_prefix.size());
        auto opened = memory::open_static_model(std::filesystem::path{kind});
        return opened ? std::move(opened)
                      : OpenedEmbedder{
                            in_setting(fmt::format("the static model {}", kind), opened.error())};
    }
    return memory::word_table_embedder();
}

} // namespace

std::vector<Embedder*> Embedders::others() const {
    std::vector<Embedder*> others;
    for (auto const& embedder : former) {
        others.push_back(embedder.get());
    }
    return others;
}

Result<Embedders> open_embedders(EmbeddingSettings const& settings,
                                 std::span<memory::StoredModel const> stored, bool keeps_model,
                                 Environment const& environment) {
    Embedders embedders;
    auto const serving = std::find_if(stored.begin(), stored.end(),
                                      [](auto const& model) { return model.is_serving; });
    if (keeps_model && !settings.is_given && serving != stored.end() &&
        !serving->id.starts_with(built_in_prefix)) {
        embedders.wished = std::make_unique<AbsentEmbedder>(*serving);
        return embedders;
    }
    auto wished = open_embedder(settings.embedder, settings, stored, environment);
    if (!wished) {
        return wished.error();
    }
    embedders.wished = std::move(*wished);
    embedders.is_local = settings.embedder != "openai";
    if (settings.former) {
        auto former = open_embedder(*settings.former, settings, stored, environment);
        if (!former) {
            return former.error();
        }
        embedders.former.push_back(std::move(*former));
    }
    embedders.former.push_back(memory::word_table_embedder());
    return embedders;
}

Result<std::unique_ptr<memory::LanguageModel>>
open_language_model(ModelServerSettings const& settings, Environment const& environment) {
    if (!settings.url) {
        return std::unique_ptr<memory::LanguageModel>{};
    }
    auto const server = server_of(settings, "chat");
    if (!server) {
        return server.error();
    }
    auto opened = memory::open_openai_language_model(*server, environment);
    if (!opened) {
        return in_setting("the chat server", opened.error());
    }
    return opened;
}

} // namespace loci::cli
