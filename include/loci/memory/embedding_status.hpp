#pragma once
#include <cstddef>
#include <optional>
#include <string>

namespace loci::memory {

/// A model whose vectors a database holds or held.
struct StoredModel {
    std::string id;
    std::size_t dimension = 0;
    bool is_serving = false;
};

/// The model that questions use, known without a look at the database.
struct ServingModel {
    std::string id;
    std::size_t dimension = 0;
    bool is_at_hand = true;
    bool is_changing = false; ///< another one is on its way in
};

/// How far embedding has come. While the model changes, `incoming` is set: questions still use
/// `serving`, until every revision has its vector under both.
struct EmbeddingStatus {
    std::string serving; ///< model id
    std::size_t dimension = 0;
    bool is_at_hand = true;  ///< false: questions go by words until the incoming model serves
    std::size_t pending = 0; ///< revisions that wait for their vector
    std::optional<std::string> incoming{};
    std::size_t embedded = 0;  ///< revisions that have their vector under the incoming model, …
    std::size_t revisions = 0; ///< … of this many
};

} // namespace loci::memory
