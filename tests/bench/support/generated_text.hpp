#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/memory/embedder.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace loci::bench {

/// Sentences of invented words whose frequencies follow Zipf's law.
class GeneratedText {
public:
    explicit GeneratedText(std::size_t vocabulary);

    std::string sentence(std::mt19937& random, std::size_t words) const;

private:
    std::vector<double> cumulative_;
};

/// Every word has a random direction, and a text the sum of those of its words: vectors at the cost
/// of a few additions, so that a measurement shows the store and the index.
class GeneratedVectors final : public memory::Embedder {
public:
    explicit GeneratedVectors(std::size_t dimension)
        : dimension_(dimension) {}

    std::string const& model_id() const override { return model_id_; }

    std::size_t dimension() const override { return dimension_; }

    Result<std::vector<std::vector<float>>> embed(std::span<std::string_view const> texts,
                                                  memory::EmbeddingPurpose purpose) override;

private:
    std::string model_id_ = "generated-1";
    std::size_t dimension_;
};

/// The value that a share `quantile` of `values` does not exceed; 0 of none.
double quantile(std::vector<double> values, double quantile);

/// Bytes of this process in memory.
std::size_t resident_bytes();

} // namespace loci::bench
