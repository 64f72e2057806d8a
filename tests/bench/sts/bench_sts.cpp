// bench_sts PAIRS.jsonl
//
// Spearman's rank correlation between the cosine of two sentences' vectors (embedded default,
// fixed weights) and people's judgement. A line of the file: {"a": text, "b": text, "score": n}.

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <exception>
#include <fmt/core.h>
#include <fstream>
#include <loci/memory/embedder.hpp>
#include <numeric>
#include <string>
#include <vector>

namespace {

/// Equal values share the mean of their ranks.
std::vector<double> ranks(std::vector<double> const& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> result(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last < order.size() && values[order[last]] == values[order[first]]) {
            ++last;
        }
        for (std::size_t i = first; i < last; ++i) {
            result[order[i]] = static_cast<double>(first + last - 1) / 2;
        }
        first = last;
    }
    return result;
}

double correlation(std::vector<double> const& a, std::vector<double> const& b) {
    auto const mean = [](std::vector<double> const& x) {
        return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
    };
    double const mean_a = mean(a);
    double const mean_b = mean(b);
    double both = 0;
    double square_a = 0;
    double square_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        both += (a[i] - mean_a) * (b[i] - mean_b);
        square_a += (a[i] - mean_a) * (a[i] - mean_a);
        square_b += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return both / std::sqrt(square_a * square_b);
}

double cosine(loci::memory::Embedder& embedder, std::string_view a, std::string_view b) {
    std::string_view const texts[] = {a, b};
    auto const vectors = embedder.embed(texts, loci::memory::EmbeddingPurpose::passage).value();
    auto const size = std::min(vectors[0].size(), vectors[1].size());
    return std::inner_product(vectors[0].begin(),
                              vectors[0].begin() + static_cast<std::ptrdiff_t>(size),
                              vectors[1].begin(), 0.0);
}

void run(char const* path) {
    std::ifstream file(path);
    auto const embedder = loci::memory::word_table_embedder();
    std::vector<double> cosines;
    std::vector<double> scores;
    for (std::string line; std::getline(file, line);) {
        auto const pair = boost::json::parse(line).as_object();
        cosines.push_back(cosine(*embedder, pair.at("a").as_string(), pair.at("b").as_string()));
        scores.push_back(pair.at("score").to_number<double>());
    }
    fmt::print("{} pairs, Spearman {:.4f}\n", scores.size(),
               correlation(ranks(cosines), ranks(scores)));
}

} // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        fmt::print(stderr, "usage: bench_sts PAIRS.jsonl\n");
        return 2;
    }
    try {
        run(arguments[1]);
    } catch (std::exception const& failure) {
        fmt::print(stderr, "bench_sts: {}\n", failure.what());
        return 1;
    }
    return 0;
}
