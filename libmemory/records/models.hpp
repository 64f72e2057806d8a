#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <loci/memory/embedder.hpp>
#include <loci/store/database.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace loci::memory {

/// A model as rows name it, and who makes its vectors.
struct UsedModel {
    std::int64_t number = 0;
    std::string id;
    std::size_t dimension = 0;
    Embedder* embedder = nullptr; ///< null: not at hand
};

/// The models of a database: one serves questions, another may be on its way in. Writes get the
/// vectors of both.
///
/// Threads: `swap` on the writer thread; everything else from any thread at once.
class Models {
public:
    Models(UsedModel serving, std::optional<UsedModel> incoming);
    Models(Models const&) = delete;
    Models& operator=(Models const&) = delete;
    ~Models();

    struct InUse {
        UsedModel const* serving;  ///< never null
        UsedModel const* incoming; ///< null: none

        /// The model whose vector decides whether a revision counts as embedded.
        UsedModel const& deciding() const noexcept {
            return serving->embedder == nullptr && incoming != nullptr ? *incoming : *serving;
        }

        bool holds(std::int64_t number) const noexcept {
            return number == serving->number || (incoming != nullptr && number == incoming->number);
        }
    };

    InUse in_use() const noexcept;

    /// The incoming model serves from now on.
    void swap() noexcept;

    /// Embeds by whichever model serves; `unavailable` (`MODEL_NOT_AT_HAND`) where that is not at
    /// hand.
    Embedder& for_questions() noexcept { return *for_questions_; }

private:
    class Serving;

    UsedModel const first_;
    std::optional<UsedModel> const second_;
    std::atomic<bool> is_swapped_ = false;
    std::unique_ptr<Embedder> const for_questions_;
};

/// Finds out which models are in use when `wished` is to serve: a new database takes it at once;
/// beside another model's vectors it becomes incoming. `others` are embedders for a model that
/// served before. A database opened for reading alone stays as it is.
/// Errors: `conflict` (`MODEL_CHANGED`: the same id with another dimension).
Result<std::unique_ptr<Models>> open_models(store::Database& database, Embedder& wished,
                                            std::span<Embedder* const> others);

} // namespace loci::memory
