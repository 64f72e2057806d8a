#pragma once
#include "cli/models.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <loci/base/environment.hpp>
#include <loci/base/result.hpp>
#include <loci/memory/background_embedder.hpp>
#include <loci/memory/language_model.hpp>
#include <loci/memory/memory.hpp>
#include <loci/runtime/identity.hpp>
#include <loci/store/database.hpp>
#include <memory>
#include <optional>

namespace loci::cli {

/// A data directory, opened with everything that loci keeps in it.
class Host {
public:
    struct Options {
        std::filesystem::path directory;
        bool create = true;
        bool read_only = false;
        std::optional<std::int64_t> maximum_bytes{};
        std::size_t memory_budget = memory::default_memory_budget;
        EmbeddingSettings embedding{};
        ModelServerSettings chat{};
        bool keeps_model = true; ///< unless somebody chose another one
    };

    /// Errors: those of `open_database`, and of the models that are configured.
    static Result<std::unique_ptr<Host>> open(Options const& options, Environment environment);

    Host(Host const&) = delete;
    Host& operator=(Host const&) = delete;

    store::Database& database() noexcept { return *database_; }

    memory::Memory& memory() noexcept { return *memory_; }

    runtime::Identity& identity() noexcept { return *identity_; }

    /// Null: none is configured.
    memory::LanguageModel* language_model() noexcept { return language_model_.get(); }

    /// Embeds what is left to embed, from now on, on a thread of its own.
    void embed_in_background(memory::EmbeddingObserver observer);

    /// Whether embedding takes no network.
    bool embeds_locally() const noexcept { return embedders_.is_local; }

private:
    Host() = default;
    Embedders embedders_;
    std::unique_ptr<memory::LanguageModel> language_model_;
    std::optional<store::Database> database_;
    std::optional<memory::Memory> memory_;
    std::optional<runtime::Identity> identity_;
    std::optional<memory::BackgroundEmbedder> background_; ///< last: it uses the above
};

/// Errors: those of `store::Database::open`, with the directory's name before the message.
Result<store::Database> open_database(Host::Options const& options, Environment environment);

} // namespace loci::cli
