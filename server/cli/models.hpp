#pragma once
#include "cli/settings.hpp"

#include <loci/base/environment.hpp>
#include <loci/base/result.hpp>
#include <loci/memory/embedder.hpp>
#include <loci/memory/embedding_status.hpp>
#include <loci/memory/language_model.hpp>
#include <memory>
#include <span>
#include <vector>

namespace loci::cli {

/// The embedders that the settings and a data directory call for.
struct Embedders {
    std::unique_ptr<memory::Embedder> wished;
    std::vector<std::unique_ptr<memory::Embedder>> former; ///< for models that served before
    bool is_local = true;                                  ///< `wished` takes no network

    std::vector<memory::Embedder*> others() const;
};

/// `stored`: the models that the directory knows. `keeps_model`: where nobody chose an embedder, a
/// directory served by another than the built-in one keeps it, though it is not at hand.
/// Errors: those of the model, with the setting's name before the message.
Result<Embedders> open_embedders(EmbeddingSettings const& settings,
                                 std::span<memory::StoredModel const> stored, bool keeps_model,
                                 Environment const& environment);

/// Null: none is configured.
Result<std::unique_ptr<memory::LanguageModel>>
open_language_model(ModelServerSettings const& settings, Environment const& environment);

} // namespace loci::cli
