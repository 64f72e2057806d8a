#include "embed/sentence_vector.hpp"
#include "embed/word_table.hpp"
#include "text/analyzer.hpp"
#include <algorithm>
#include <loci/memory/embedder.hpp>

namespace loci::memory {
namespace {

/// Raised by hand when a change of table, stems or arithmetic makes old vectors incomparable.
constexpr char const* current_model_id = "wordnet-1";

class WordTableEmbedder final : public Embedder {
public:
    explicit WordTableEmbedder(embed::WordTable const& table)
        : table_(table) {}

    std::string const& model_id() const override { return model_id_; }

    std::size_t dimension() const override { return table_.dimension(); }

    Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const> texts,
                                                  EmbeddingPurpose) override {
        std::vector<std::vector<float>> vectors;
        vectors.reserve(texts.size());
        for (auto const text : texts) {
            vectors.push_back(fixed_vector(text::analyze(text).stems));
        }
        return vectors;
    }

    Result<std::vector<float>> embed_question(std::string_view text,
                                              WordWeights const& weights) override {
        auto const stems = text::analyze(text).stems;
        auto vector = embed::sentence_vector(table_, stems, [&](std::string_view stem) {
            return std::max(weights.weight(stem), 0.0);
        });
        return vector.empty() ? fixed_vector(stems) : vector;
    }

private:
    std::vector<float> fixed_vector(std::span<std::string const> stems) const {
        return embed::sentence_vector(table_, stems, [this](std::string_view stem) {
            return embed::fixed_weight(table_, stem);
        });
    }

    embed::WordTable const& table_;
    std::string const model_id_ = current_model_id;
};

} // namespace

std::unique_ptr<Embedder> word_table_embedder() {
    return std::make_unique<WordTableEmbedder>(embed::linked_table());
}

} // namespace loci::memory
