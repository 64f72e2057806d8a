#include <algorithm>
#include <loci/memory/embedder.hpp>

namespace loci::memory {

Result<std::vector<float>> Embedder::embed_question(std::string_view text, WordWeights const&) {
    std::string_view const texts[] = {text};
    auto vectors = embed(texts, EmbeddingPurpose::query);
    if (!vectors) {
        return vectors.error();
    }
    return vectors->empty() ? std::vector<float>() : std::move(vectors->front());
}

double Embedder::similarity(double cosine) const {
    constexpr double rounding = 1e-6; // a unit vector of floats times itself is not quite 1
    return cosine >= 1 - rounding ? 1.0 : std::max(cosine, 0.0);
}

} // namespace loci::memory
