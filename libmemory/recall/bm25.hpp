#pragma once
#include <cstdint>

namespace loci::recall {

/// Statistics of the spaces that are asked.
struct Corpus {
    std::int64_t documents = 0;
    std::int64_t words = 0;

    /// Of a document; 1 where nothing is known.
    double mean_words() const noexcept {
        return documents > 0 && words > 0
                   ? static_cast<double>(words) / static_cast<double>(documents)
                   : 1.0;
    }
};

/// Lucene's idf, never negative.
double inverse_document_frequency(Corpus const& corpus, std::int64_t documents) noexcept;

/// Okapi BM25 as Lucene has it: idf * f * (k1 + 1) / (f + k1 * (1 - b + b * length / mean length)).
class Bm25 {
public:
    Bm25(double k1, double b, double mean_length) noexcept
        : k1_(k1)
        , b_(b)
        , mean_length_(mean_length) {}

    /// What one term gives a document that holds it `frequency` times. `weight` is its idf, times
    /// how often the question has it.
    double score(double weight, double frequency, double length) const noexcept {
        auto const norm = k1_ * (1 - b_ + b_ * length / mean_length_);
        return weight * frequency * (k1_ + 1) / (frequency + norm);
    }

private:
    double k1_;
    double b_;
    double mean_length_;
};

} // namespace loci::recall
