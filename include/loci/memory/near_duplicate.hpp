#pragma once
#include <cstdint>
#include <loci/memory/record.hpp>
#include <optional>
#include <string_view>

namespace loci::memory {

/// What two texts say, by their words alone. Words count by their stems; articles do not count.
enum class WordRelation : std::uint8_t {
    different,        ///< neither text holds all words of the other in their order, or what one of
                      ///< them has more turns its meaning
    equal,            ///< the same words in the same order
    first_says_more,  ///< … and the first one has more
    second_says_more, ///< … and the second one has more
};

struct WordAgreement {
    WordRelation relation = WordRelation::different;
    double share = 0; ///< 0..1: words that both have, among all; 0 when `different`
};

/// What turns a meaning, so that texts which differ in it are `different`: numbers, names (words
/// with a capital), question marks and other symbols, and words such as `not`, `never`, `if`,
/// `used to` (English, Dutch, French, German, Italian, Portuguese, Russian, Spanish; Chinese,
/// Japanese and Korean by syllables). A word put in the place of another one always counts as
/// `different`: `likes cats` and `hates cats`.
///
/// `language` is a BCP 47 tag; empty: told by script.
///
/// Threads: may be called from any thread at once.
WordAgreement compare_words(std::string_view first, std::string_view second,
                            std::string_view language = {});

/// When two memories say the same. Both limits must be reached; and kind, speaker, title and the
/// time that they speak of must be equal, and all coordinates but the session.
struct NearnessLimits {
    double similarity = 0.95; ///< 0..1; of their vectors under the serving model
    double words = 0.85;      ///< 0..1; `WordAgreement::share`
    bool operator==(NearnessLimits const&) const = default;
};

/// What to do about a new memory that says what another one says already.
enum class NearRule : std::uint8_t {
    report,          ///< it is stored; the answer names the others
    return_existing, ///< it is not stored; the answer is the other one
    merge ///< the one that says more stays: the other one is returned, or superseded by the new one
};

char const* to_string(NearRule rule) noexcept; ///< `report`, `return`, `merge`
std::optional<NearRule> parse_near_rule(std::string_view word) noexcept;

struct NearDuplicates {
    NearRule rule = NearRule::report;
    NearnessLimits limits{};
    bool operator==(NearDuplicates const&) const = default;
};

/// A memory that says what another one says.
struct NearDuplicate {
    MemoryId id;
    double similarity = 0;
    double words = 0;
    bool operator==(NearDuplicate const&) const = default;
};

} // namespace loci::memory
