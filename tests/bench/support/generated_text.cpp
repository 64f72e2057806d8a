#include "generated_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <functional>
#include <unistd.h>

namespace loci::bench {
namespace {

// No stemmer takes anything off a word of these.
std::string word(std::size_t number) {
    constexpr std::string_view consonants = "bdfgkmnprtvz";
    constexpr std::string_view vowels = "aou";
    std::string text;
    for (int syllable = 0; syllable < 4; ++syllable) {
        text += consonants[number % consonants.size()];
        number /= consonants.size();
        text += vowels[number % vowels.size()];
        number /= vowels.size();
    }
    return text;
}

void add_direction(std::vector<float>& sum, std::string_view word) {
    std::mt19937_64 random{std::hash<std::string_view>{}(word)};
    for (std::size_t begin = 0; begin < sum.size(); begin += 64) {
        auto bits = random();
        for (auto i = begin; i < std::min(begin + 64, sum.size()); ++i, bits >>= 1) {
            sum[i] += (bits & 1) != 0 ? 1.0F : -1.0F;
        }
    }
}

void normalize(std::vector<float>& vector) {
    float sum = 0;
    for (auto const number : vector) {
        sum += number * number;
    }
    for (auto& number : vector) {
        number /= std::sqrt(sum);
    }
    if (sum == 0) {
        vector.clear();
    }
}

} // namespace

GeneratedText::GeneratedText(std::size_t vocabulary) {
    double sum = 0;
    for (std::size_t rank = 1; rank <= vocabulary; ++rank) {
        cumulative_.push_back(sum += 1.0 / static_cast<double>(rank));
    }
}

std::string GeneratedText::sentence(std::mt19937& random, std::size_t words) const {
    std::string text;
    for (std::size_t i = 0; i < words; ++i) {
        auto const at = static_cast<double>(random()) / 4294967296.0 * cumulative_.back();
        auto const found = std::upper_bound(cumulative_.begin(), cumulative_.end(), at);
        text += (i == 0 ? "" : " ") + word(static_cast<std::size_t>(found - cumulative_.begin()));
    }
    return text;
}

Result<std::vector<std::vector<float>>>
GeneratedVectors::embed(std::span<std::string_view const> texts, memory::EmbeddingPurpose) {
    std::vector<std::vector<float>> vectors;
    for (auto text : texts) {
        std::vector<float> vector(dimension_);
        while (!text.empty()) {
            auto const end = std::min(text.find(' '), text.size());
            add_direction(vector, text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        normalize(vector);
        vectors.push_back(std::move(vector));
    }
    return vectors;
}

double quantile(std::vector<double> values, double quantile) {
    if (values.empty()) {
        return 0;
    }
    std::ranges::sort(values);
    auto const last = static_cast<double>(values.size() - 1);
    return values[static_cast<std::size_t>(std::ceil(quantile * last))];
}

std::size_t resident_bytes() {
    std::ifstream file{"/proc/self/statm"};
    std::size_t total = 0;
    std::size_t resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace loci::bench
