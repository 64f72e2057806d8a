#include "embed/sentence_vector.hpp"
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace loci::embed {
namespace {

constexpr float shortest = 1e-6F;

std::uint64_t hash(std::string_view stem) {
    std::uint64_t state = 0xCBF29CE484222325u; // FNV-1a
    for (char const c : stem) {
        state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    }
    return state;
}

std::uint64_t next_bits(std::uint64_t& state) { // splitmix64
    state += 0x9E3779B97F4A7C15u;
    std::uint64_t bits = state;
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
    return bits ^ (bits >> 31);
}

void add_word(std::span<float> sum, WordTable::Word const& word, float factor) {
    float const scaled = factor * word.scale;
    std::int8_t const* const row = word.row.data();
    float* const values = sum.data();
    for (std::size_t i = 0, size = sum.size(); i < size; ++i) {
        values[i] += scaled * static_cast<float>(row[i]);
    }
}

/// Random signs: every two unknown words are nearly orthogonal, and no two builds differ.
void add_unknown(std::span<float> sum, std::string_view stem, float factor) {
    float const step = factor / std::sqrt(static_cast<float>(sum.size()));
    std::uint64_t state = hash(stem);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sum.size(); ++i, bits >>= 1) {
        if (i % 64 == 0) {
            bits = next_bits(state);
        }
        sum[i] += (bits & 1) != 0 ? step : -step;
    }
}

double dot(std::span<float const> a, std::span<float const> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    return sum;
}

/// False where too little is left to have a direction.
bool scale_to_length_one(std::span<float> vector, float least) {
    double const length = std::sqrt(dot(vector, vector));
    if (!(length > static_cast<double>(least)) || !std::isfinite(length)) {
        return false;
    }
    for (float& value : vector) {
        value = static_cast<float>(static_cast<double>(value) / length);
    }
    return true;
}

} // namespace

double fixed_weight(WordTable const& table, std::string_view stem) {
    auto const word = table.find(stem);
    return static_cast<double>(word ? word->weight : table.unknown_weight());
}

std::vector<float> sentence_vector(WordTable const& table, std::span<std::string const> stems,
                                   std::function<double(std::string_view)> const& weight) {
    std::vector<std::string_view> sorted(stems.begin(), stems.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<float> sum(table.dimension());
    for (auto stem = sorted.begin(); stem != sorted.end();) {
        auto const end = std::upper_bound(stem, sorted.end(), *stem);
        double const count = 1 + std::log(static_cast<double>(end - stem));
        auto const factor = static_cast<float>(count * weight(*stem));
        if (auto const word = table.find(*stem)) {
            add_word(sum, *word, factor);
        } else {
            add_unknown(sum, *stem, factor);
        }
        stem = end;
    }
    if (!scale_to_length_one(sum, 0)) {
        return {};
    }
    auto const common = static_cast<float>(dot(sum, table.component()));
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] -= common * table.component()[i];
    }
    if (!scale_to_length_one(sum, shortest)) {
        return {};
    }
    return sum;
}

} // namespace loci::embed
