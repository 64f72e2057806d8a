#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace loci::text {

/// What English hangs behind a word, with a straight apostrophe.
inline constexpr std::array<std::string_view, 7> contractions{"'s",  "'re", "'ve", "'d",
                                                              "'ll", "'m",  "n't"};

/// `anna's`: anna. A word that is nothing else stays whole.
inline std::string_view without_contraction(std::string_view word) noexcept {
    auto const ending =
        std::find_if(contractions.begin(), contractions.end(), [&](auto const each) {
            return word.size() > each.size() && word.ends_with(each);
        });
    return ending == contractions.end() ? word : word.substr(0, word.size() - ending->size());
}

} // namespace loci::text
