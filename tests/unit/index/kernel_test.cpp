#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <index/kernel.hpp>
#include <limits>
#include <random>
#include <vector>

using namespace loci::index;

namespace {

std::vector<Instructions> runnable() {
    std::vector<Instructions> levels;
    for (auto const level : {Instructions::baseline, Instructions::avx2, Instructions::avx512}) {
        if (level <= best_instructions()) {
            levels.push_back(level);
        }
    }
    return levels;
}

std::vector<float> random_numbers(std::mt19937& random, std::size_t count) {
    std::uniform_real_distribution<float> numbers{-1, 1};
    std::vector<float> result(count);
    for (auto& number : result) {
        number = numbers(random);
    }
    return result;
}

std::vector<Half> encode(Kernel const& kernel, std::vector<float> const& numbers) {
    std::vector<Half> code(numbers.size());
    kernel.encode(numbers.data(), code.data(), numbers.size());
    return code;
}

std::vector<float> decode(Kernel const& kernel, std::vector<Half> const& code) {
    std::vector<float> numbers(code.size());
    kernel.decode(code.data(), numbers.data(), code.size());
    return numbers;
}

std::vector<Half> every_finite_half() {
    std::vector<Half> halves;
    for (std::uint32_t bits = 0; bits <= 0xffff; ++bits) {
        if ((bits & 0x7c00) != 0x7c00) {
            halves.push_back(static_cast<Half>(bits));
        }
    }
    return halves;
}

double plain_product(std::vector<float> const& left, std::vector<float> const& right) {
    double sum = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        sum += static_cast<double>(left[i]) * static_cast<double>(right[i]);
    }
    return sum;
}

} // namespace

TEST_CASE("known numbers have known half floats", "[index][kernel]") {
    std::vector<float> const numbers{
        0,        -0.0F,    1,        -2,         0.5F,           1.0F / 3,       65504.F,
        0x1p-14F, 0x1p-24F, 0x1p-26F, 0x1.8p-25F, 1.00048828125F, 1.00146484375F, 65520.F};
    std::vector<Half> const halves{0,      0x8000, 0x3c00, 0xc000, 0x3800, 0x3555, 0x7bff,
                                   0x0400, 0x0001, 0x0000, 0x0001, 0x3c00, 0x3c02, 0x7c00};
    for (auto const level : runnable()) {
        CAPTURE(static_cast<int>(level));
        CHECK(encode(kernel(level), numbers) == halves);
    }
}

TEST_CASE("every finite half float comes back from its number", "[index][kernel]") {
    auto const halves = every_finite_half();
    for (auto const level : runnable()) {
        CAPTURE(static_cast<int>(level));
        CHECK(encode(kernel(level), decode(kernel(level), halves)) == halves);
    }
}

TEST_CASE("all instruction sets code alike", "[index][kernel]") {
    auto const halves = every_finite_half();
    auto const numbers = decode(kernel(Instructions::baseline), halves);
    std::vector<float> between; // and their neighbours, half-way points and beyond
    for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
        auto const middle = (numbers[i] + numbers[i + 1]) / 2;
        between.push_back(middle);
        between.push_back(std::nextafter(middle, 1e9F));
        between.push_back(std::nextafter(middle, -1e9F));
    }
    between.push_back(std::numeric_limits<float>::infinity());
    between.push_back(std::numeric_limits<float>::max());
    between.push_back(std::numeric_limits<float>::denorm_min());
    for (auto const level : runnable()) {
        CAPTURE(static_cast<int>(level));
        CHECK(decode(kernel(level), halves) == numbers);
        CHECK(encode(kernel(level), between) == encode(kernel(Instructions::baseline), between));
    }
}

TEST_CASE("every instruction set gives the product of a plain loop", "[index][kernel]") {
    std::mt19937 random{7};
    for (auto const level : runnable()) {
        auto const& tested = kernel(level);
        auto const check = [&](std::size_t count, double margin) {
            auto const question = random_numbers(random, count);
            auto const code = encode(tested, random_numbers(random, count));
            CAPTURE(static_cast<int>(level), count);
            CHECK(static_cast<double>(tested.product(question.data(), code.data(), count)) ==
                  Approx(plain_product(question, decode(tested, code))).margin(margin));
        };
        for (std::size_t count = 0; count <= 131; ++count) {
            check(count, 1e-4);
        }
        for (std::size_t const count : {256U, 384U, 768U, 1023U, 1536U}) {
            check(count, 1e-3);
        }
    }
}

TEST_CASE("a product does not depend on where its operands lie", "[index][kernel]") {
    std::mt19937 random{8};
    for (auto const level : runnable()) {
        auto const& tested = kernel(level);
        auto const question = random_numbers(random, 257);
        auto const code = encode(tested, random_numbers(random, 257));
        auto const expected = tested.product(question.data(), code.data(), code.size());
        for (std::size_t shift = 1; shift < 17; ++shift) {
            std::vector<Half> moved(code.size() + shift);
            std::copy(code.begin(), code.end(), moved.begin() + static_cast<std::ptrdiff_t>(shift));
            CHECK(tested.product(question.data(), moved.data() + shift, code.size()) == expected);
        }
    }
}
