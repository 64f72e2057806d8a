#include "recall/diversity.hpp"

#include <algorithm>
#include <cstring>
#include <index/json_list.hpp>
#include <numeric>
#include <unordered_map>

namespace loci::recall {
namespace {

constexpr std::size_t rows_chosen_from = 100;

constexpr store::Sql vectors_of_rows{R"sql(
SELECT vector.revision, vector.data FROM vector JOIN model ON model.number = vector.model
WHERE model.state = 'serving' AND vector.revision IN (SELECT value FROM json_each(?1))
)sql"};

using Vector = std::vector<float>;

/// Of the candidates named, in their order.
std::vector<Vector> read_vectors(store::ReadTransaction& transaction, Candidates const& candidates,
                                 std::vector<std::size_t> const& wanted) {
    std::vector<std::int64_t> keys;
    std::unordered_map<std::int64_t, std::size_t> places;
    for (auto const candidate : wanted) {
        auto const key = candidates.key(candidates.places()[candidate]);
        places.emplace(key, keys.size());
        keys.push_back(key);
    }
    std::vector<Vector> vectors(wanted.size());
    auto rows = transaction.query(vectors_of_rows, index::json_list(keys));
    while (rows.next()) {
        auto const bytes = rows.blob(1);
        Vector vector(bytes.size() / sizeof(float));
        std::memcpy(vector.data(), bytes.data(), vector.size() * sizeof(float));
        vectors[places.at(rows.integer(0))] = std::move(vector);
    }
    return vectors;
}

double cosine(Vector const& one, Vector const& other) {
    double sum = 0;
    for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
        sum += static_cast<double>(one[i]) * static_cast<double>(other[i]);
    }
    return sum;
}

} // namespace

void diversify(store::ReadTransaction& transaction, Candidates const& candidates,
               std::vector<double> const& scores, double novelty, std::vector<std::size_t>& order) {
    auto const count = std::min(order.size(), rows_chosen_from);
    if (count < 2 || novelty <= 0) {
        return;
    }
    std::vector<std::size_t> const rows{order.begin(),
                                        order.begin() + static_cast<std::ptrdiff_t>(count)};
    auto const vectors = read_vectors(transaction, candidates, rows);
    auto const by_score = [&](std::size_t one, std::size_t other) {
        return scores[one] < scores[other];
    };
    auto const [lowest, highest] = std::minmax_element(rows.begin(), rows.end(), by_score);
    auto const least = scores[*lowest];
    auto const span = std::max(scores[*highest] - least, 1e-12);
    std::vector<double> nearest(count);
    std::vector<std::size_t> left(count);
    std::iota(left.begin(), left.end(), std::size_t{0});
    for (std::size_t chosen = 0; chosen < count; ++chosen) {
        auto const worth = [&](std::size_t row) {
            return (1 - novelty) * (scores[rows[row]] - least) / span - novelty * nearest[row];
        };
        auto const best =
            std::max_element(left.begin(), left.end(), [&](std::size_t one, std::size_t other) {
                return worth(one) < worth(other);
            });
        auto const row = *best;
        order[chosen] = rows[row];
        left.erase(best);
        for (auto const other : left) {
            nearest[other] = std::max(nearest[other], cosine(vectors[row], vectors[other]));
        }
    }
}

} // namespace loci::recall
