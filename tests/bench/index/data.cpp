#include "data.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace loci::bench {
namespace {

constexpr std::size_t wanted = 10;

// Eight sums let the compiler use wide registers.
float product(float const* left, float const* right) {
    float sums[8] = {};
    for (std::size_t i = 0; i < dimension; i += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) {
            sums[lane] += left[i + lane] * right[i + lane];
        }
    }
    float sum = 0;
    for (auto const part : sums) {
        sum += part;
    }
    return sum;
}

/// Nearly normal, and cheap: a sum of four uniform numbers.
float noise(std::mt19937_64& random) {
    auto const bits = random();
    std::int64_t sum = 0;
    for (int shift = 0; shift < 64; shift += 16) {
        sum += static_cast<std::int64_t>((bits >> shift) & 0xffff) - 0x8000;
    }
    return static_cast<float>(sum) / 37837.0F;
}

std::vector<float> noises(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    std::vector<float> numbers(count);
    for (auto& number : numbers) {
        number = noise(random);
    }
    return numbers;
}

} // namespace

Generator::Generator(std::size_t topics, double spread)
    : topics_(topics)
    , spread_(static_cast<float>(spread))
    , centres_(noises(topics * real_dimensions, 17))
    , basis_(noises(real_dimensions * dimension, 18)) {}

void Generator::next(std::span<float> vector, std::mt19937_64& random) const {
    constexpr float noise_share = 2.0F;
    auto const uniform = static_cast<double>(random() >> 11) * 0x1p-53;
    auto const topic = static_cast<std::size_t>(uniform * uniform * static_cast<double>(topics_));
    for (auto& number : vector) {
        number = noise_share * noise(random);
    }
    for (std::size_t real = 0; real < real_dimensions; ++real) {
        auto const weight = centres_[topic * real_dimensions + real] + spread_ * noise(random);
        auto const* direction = basis_.data() + real * dimension;
        for (std::size_t i = 0; i < dimension; ++i) {
            vector[i] += weight * direction[i];
        }
    }
    auto const length = std::sqrt(product(vector.data(), vector.data()));
    for (auto& number : vector) {
        number /= length;
    }
}

Truth::Truth(std::vector<float> questions)
    : questions_(std::move(questions))
    , best_(questions_.size() / dimension) {}

void Truth::meet(std::uint32_t position, std::span<float const> vector) {
    for (std::size_t index = 0; index < best_.size(); ++index) {
        auto& best = best_[index];
        std::pair const hit{product(question(index).data(), vector.data()), position};
        if (best.size() == wanted && hit <= best.front()) {
            continue;
        }
        if (best.size() == wanted) {
            best.erase(best.begin());
        }
        best.insert(std::upper_bound(best.begin(), best.end(), hit), hit);
    }
}

double Truth::recall(std::size_t question, std::span<std::uint32_t const> found) const {
    std::size_t hits = 0;
    for (auto const& [score, position] : best_[question]) {
        hits += std::ranges::find(found, position) != found.end() ? 1U : 0U;
    }
    return best_[question].empty()
               ? 1.0
               : static_cast<double>(hits) / static_cast<double>(best_[question].size());
}

} // namespace loci::bench
