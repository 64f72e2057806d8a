#include "recall/similarity.hpp"

#include <algorithm>
#include <index/words.hpp>
#include <records/digest.hpp>
#include <text/analyzer.hpp>

namespace loci::recall {
namespace {

constexpr store::Sql rows_with_content{R"sql(
SELECT revision.key, revision.content FROM words
CROSS JOIN revision ON revision.key = words.rowid WHERE words.words MATCH ?1
)sql"};

} // namespace

std::vector<Place> equal_rows(store::ReadTransaction& transaction,
                              std::vector<index::Part> const& parts, Question const& question) {
    std::vector<Place> places;
    auto const hash = memory::sha256(question.folded);
    for (std::uint32_t part = 0; part < parts.size(); ++part) {
        auto rows =
            transaction.query(rows_with_content, index::text_query(parts[part].owner, hash));
        while (rows.next()) {
            auto const position = parts[part].view.position_of(rows.integer(0));
            if (position && parts[part].allowed.test(*position) &&
                text::fold(rows.text(1)) == question.folded) {
                places.push_back({part, *position});
            }
        }
    }
    std::sort(places.begin(), places.end());
    return places;
}

double similarity_of(memory::Embedder const& embedder, bool has_vector, double cosine) {
    return has_vector ? std::clamp(embedder.similarity(cosine), 0.0, 1.0) : 0.0;
}

void keep_similar(std::vector<index::Part>& parts, Question const& question,
                  std::vector<Place> const& equal, memory::Embedder const& embedder, double floor) {
    for (std::uint32_t number = 0; number < parts.size(); ++number) {
        auto& part = parts[number];
        std::vector<std::uint32_t> positions;
        part.allowed.for_each([&](std::uint32_t position) { positions.push_back(position); });
        std::vector<float> cosines(positions.size());
        if (part.view.vectors() != nullptr && !question.plain.empty()) {
            cosines = part.view.vectors()->score(question.plain, positions);
        }
        for (std::size_t i = 0; i < positions.size(); ++i) {
            auto const has_vector = !question.plain.empty() && part.view.has_vector(positions[i]);
            auto const similarity =
                similarity_of(embedder, has_vector, static_cast<double>(cosines[i]));
            auto const is_equal =
                std::binary_search(equal.begin(), equal.end(), Place{number, positions[i]});
            if (similarity < floor && !is_equal) {
                part.allowed.clear(positions[i]);
            }
        }
    }
}

} // namespace loci::recall
