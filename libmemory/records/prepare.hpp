#pragma once
#include <cstdint>
#include <loci/memory/embedder.hpp>
#include <loci/memory/memory.hpp>
#include <memory>
#include <optional>
#include <records/digest.hpp>
#include <records/models.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::memory {

/// The vector of a text under one model.
struct ModelVector {
    std::int64_t model = 0;
    bool is_sound = false;     ///< of the model's dimension and of length 1, or empty
    std::vector<float> vector; ///< empty: the model knows no word of the text
};

/// Checks what an embedder gave for a text; nullopt: nothing.
ModelVector model_vector(UsedModel const& model, std::optional<std::vector<float>> given);

/// The same for `count` texts; what is missing at the end of `given` is nothing.
std::vector<ModelVector> model_vectors(UsedModel const& model,
                                       std::vector<std::vector<float>> given, std::size_t count);

/// What the indexes need of a text.
struct Indexed {
    std::string stems; ///< as `text::join_stems` writes them: the speaker's, the title's, content's
    std::uint32_t words = 0;
    std::vector<ModelVector> vectors; ///< one a model that answered
};

/// Of the model that decides: pending where it did not answer.
IndexState state_of(Indexed const& indexed, Models::InUse const& models);

/// The vector under a model; empty where there is none.
std::vector<float> vector_under(Indexed const& indexed, std::int64_t model);

/// The texts of a memory that are searched.
struct SearchedText {
    std::string_view content;
    std::optional<std::string_view> title;
    std::optional<std::string_view> speaker;
    std::optional<std::string_view> language;
};

SearchedText searched_text(Record const& record);

/// Stems only; no vectors.
Indexed analyse(SearchedText const& text);

/// What is embedded: the content, after its title if it has one.
std::string embedded_text(SearchedText const& text);
std::vector<std::string> embedded_texts(std::span<SearchedText const> texts);

/// Adds the vectors under every model in use that is at hand and can be reached.
void embed_all(Models::InUse const& models, std::span<SearchedText const> texts,
               std::span<Indexed> indexed);

Hash hash_of_content(std::string_view content);

/// What `find_near` found; to be judged again on the writer.
struct NearCandidate {
    NearDuplicate near;
    std::optional<std::int64_t> revision_key; ///< that was compared; absent: of an earlier item
    bool says_more = false;                   ///< the new one does
};

struct PreparedItem {
    std::string prefix; ///< of the paths of its faults
    NewMemory input;    ///< normalised
    std::optional<Error> fault;
    MemoryId id;
    Hash text_hash{};
    Indexed indexed;
    std::vector<NearCandidate> near{}; ///< the nearest first
};

struct PreparedPatch {
    Patch patch;                    ///< tags normalised
    std::int64_t base_key = 0;      ///< revision that `indexed` was made from
    std::optional<Indexed> indexed; ///< present when title or content change
};

class Prepared::Impl {
public:
    std::vector<PreparedItem> items;
    std::optional<PreparedPatch> patch;

    /// Equal for equal input.
    Hash request() const;
};

/// Equal for a write of equal input with equal options.
Hash request_of(Prepared const& prepared, WriteOptions const& options);

/// Paths of faults start with the item's place when `is_batch`.
std::shared_ptr<Prepared::Impl> prepare_items(std::vector<NewMemory> items, bool is_batch,
                                              Models::InUse const& models, IdSource& ids);

/// `current`: the memory as it is now.
Result<Prepared> prepare_patch(Patch const& patch, Record const& current,
                               Models::InUse const& models);

/// `current` with the patch laid over it; its revision and stamps stay as they are.
Record patched(Record current, Patch const& patch);

/// Whether a new revision has to open: anything that it holds differs.
bool opens_revision(Record const& before, Record const& after);

/// Whether the searched texts differ.
bool changes_text(Record const& before, Record const& after);

} // namespace loci::memory
