#include "texts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace loci::bench {
namespace {

constexpr std::size_t stems = 60'000;
constexpr int stems_of_memory = 12;
constexpr int stems_of_question = 5;

/// Three syllables and an end that no stemmer takes away: different numbers, different stems.
std::string invented_word(std::size_t number) {
    constexpr std::string_view consonants = "bdfghjklmnprstvz";
    constexpr std::string_view vowels = "aeiou";
    auto mixed = number * 48'271 % 512'000;
    std::string word;
    for (int syllable = 0; syllable < 3; ++syllable, mixed /= 80) {
        word += consonants[mixed % 80 / 5];
        word += vowels[mixed % 5];
    }
    return word + 'k';
}

} // namespace

Texts::Texts(unsigned seed)
    : random_(seed) {
    double sum = 0;
    for (std::size_t rank = 0; rank < stems; ++rank) {
        words_.push_back(invented_word(rank));
        sum += 1.0 / static_cast<double>(rank + 1);
        sums_.push_back(sum);
    }
}

std::string const& Texts::word() {
    std::uniform_real_distribution<double> weights{0, sums_.back()};
    auto const found = std::lower_bound(sums_.begin(), sums_.end() - 1, weights(random_));
    return words_[static_cast<std::size_t>(found - sums_.begin())];
}

std::string Texts::memory() {
    constexpr std::array<std::string_view, 8> between{"the", "of",   "and", "was",
                                                      "to",  "with", "a",   "from"};
    std::string text;
    for (int index = 0; index < stems_of_memory; ++index) {
        if (index % 3 != 0) {
            text.append(" ").append(between[random_() % between.size()]);
        }
        text.append(text.empty() ? "" : " ").append(word());
    }
    return text + '.';
}

std::string Texts::question() {
    std::string text = "what was";
    for (int index = 0; index < stems_of_question; ++index) {
        text.append(" ").append(word());
    }
    return text + '?';
}

} // namespace loci::bench
