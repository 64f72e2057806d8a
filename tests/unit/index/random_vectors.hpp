#pragma once
#include <cmath>
#include <cstddef>
#include <index/bitmap.hpp>
#include <random>
#include <vector>

namespace loci::index {

inline std::vector<float> unit_vector(std::mt19937& random, std::size_t dimension) {
    std::normal_distribution<float> numbers;
    std::vector<float> vector(dimension);
    float length = 0;
    for (auto& number : vector) {
        number = numbers(random);
        length += number * number;
    }
    for (auto& number : vector) {
        number /= std::sqrt(length);
    }
    return vector;
}

inline Bitmap all_of(std::size_t size) {
    Bitmap all{size};
    for (std::uint32_t i = 0; i < size; ++i) {
        all.set(i);
    }
    return all;
}

} // namespace loci::index
