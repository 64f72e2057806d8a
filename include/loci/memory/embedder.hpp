#pragma once
#include <cstddef>
#include <loci/base/result.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::memory {

/// What a text is embedded for: some models treat the two differently.
enum class EmbeddingPurpose { query, passage };

/// How much each word (stem) of a question says, in the memory that is asked.
class WordWeights {
public:
    virtual ~WordWeights() = default;
    virtual double weight(std::string_view stem) const = 0; ///< at least 0
};

/// Turns text into vectors.
///
/// Threads: every function may be called from any thread at once.
class Embedder {
public:
    virtual ~Embedder() = default;

    /// Names model and version; vectors of different ids are never compared.
    virtual std::string const& model_id() const = 0;

    /// Length of every vector.
    virtual std::size_t dimension() const = 0;

    /// One vector a text, of length 1; an empty vector where the text holds nothing that the model
    /// knows. Errors: `unavailable` (the model cannot be reached).
    virtual Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const> texts,
                                                          EmbeddingPurpose purpose) = 0;

    /// The question's vector for ranking, its words weighted by the memory of the moment.
    /// Models without word weights take the plain query vector, which is what this does unless
    /// overridden.
    virtual Result<std::vector<float>> embed_question(std::string_view text,
                                                      WordWeights const& weights);

    /// Similarity (0..1) for the cosine of two fixed-weight vectors; 1 for 1. Clamps below 0 unless
    /// overridden.
    virtual double similarity(double cosine) const;
};

/// The embedded default: a word table made from WordNet 3.0 at build time, 256 dimensions, id
/// `wordnet-1`. Needs no download and no network. The table is shared by all instances.
std::unique_ptr<Embedder> word_table_embedder();

} // namespace loci::memory
