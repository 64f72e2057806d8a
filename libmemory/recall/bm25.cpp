#include "recall/bm25.hpp"

#include <algorithm>
#include <cmath>

namespace loci::recall {

double inverse_document_frequency(Corpus const& corpus, std::int64_t documents) noexcept {
    auto const all = static_cast<double>(std::max(corpus.documents, documents));
    auto const holding = static_cast<double>(documents);
    return std::log(1 + (all - holding + 0.5) / (holding + 0.5));
}

} // namespace loci::recall
