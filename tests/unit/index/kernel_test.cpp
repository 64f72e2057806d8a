#include <catch2/catch.hpp>
#include <index/kernel.hpp>
#include <random>
#include <vector>

using namespace loci::index;

namespace {

std::vector<float> random_numbers(std::mt19937& random, std::size_t count) {
    std::uniform_real_distribution<float> numbers{-1, 1};
    std::vector<float> result(count);
    for (auto& number : result) {
        number = numbers(random);
    }
    return result;
}

double plain_product(std::vector<float> const& left, std::vector<float> const& right) {
    double sum = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        sum += static_cast<double>(left[i]) * static_cast<double>(right[i]);
    }
    return sum;
}

} // namespace

TEST_CASE("every instruction set gives the product of a plain loop", "[index][kernel]") {
    std::mt19937 random{7};
    for (auto const level : {Instructions::baseline, Instructions::avx2, Instructions::avx512}) {
        if (level > best_instructions()) {
            continue;
        }
        auto const product = inner_product(level);
        for (std::size_t count = 0; count <= 131; ++count) {
            auto const left = random_numbers(random, count);
            auto const right = random_numbers(random, count);
            CAPTURE(static_cast<int>(level), count);
            CHECK(static_cast<double>(product(left.data(), right.data(), count)) ==
                  Approx(plain_product(left, right)).margin(1e-4));
        }
        for (std::size_t const count : {256u, 384u, 768u, 1023u, 1536u}) {
            auto const left = random_numbers(random, count);
            auto const right = random_numbers(random, count);
            CHECK(static_cast<double>(product(left.data(), right.data(), count)) ==
                  Approx(plain_product(left, right)).margin(1e-3));
        }
    }
}

TEST_CASE("a product does not depend on where its operands lie", "[index][kernel]") {
    std::mt19937 random{8};
    auto const product = inner_product(best_instructions());
    auto const left = random_numbers(random, 257);
    auto const right = random_numbers(random, 257);
    auto const expected = product(left.data(), right.data(), left.size());
    for (std::size_t shift = 1; shift < 17; ++shift) {
        std::vector<float> moved(right.size() + shift);
        std::copy(right.begin(), right.end(), moved.begin() + static_cast<std::ptrdiff_t>(shift));
        CHECK(product(left.data(), moved.data() + shift, left.size()) == expected);
    }
}
