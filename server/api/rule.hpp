#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace loci::server {

/// A set of texts, as documents show it and as code checks it.
struct Pattern {
    std::string_view expression; ///< regular expression (ECMA 262) of the whole text
    bool (*matches)(std::string_view text) = nullptr;
};

/// What is known about one member of a request or reply beyond its C++ type. Rules of a list's
/// texts apply to each of them.
struct Rule {
    std::string_view member{}; ///< C++ name
    std::string_view description{};
    std::string_view wire_name{};          ///< absent: the C++ name in camel case
    std::string_view example{};            ///< JSON text
    std::optional<std::size_t> shortest{}; ///< code points
    std::optional<std::size_t> longest{};
    std::optional<double> lowest{};
    std::optional<double> highest{};
    std::optional<std::size_t> fewest{}; ///< items
    std::optional<std::size_t> most{};
    std::optional<std::size_t> bytes{}; ///< most, of a text or an object's compact JSON text
    std::span<std::string_view const> words{};
    Pattern pattern{};
    bool is_trimmed = false;
    bool is_clamped = false;   ///< above `highest` becomes `highest`
    bool has_default = false;  ///< the C++ initialiser; the member may be absent
    bool is_omissible = false; ///< in replies: left out when absent, instead of null

    constexpr Rule length(std::size_t minimum, std::size_t maximum) const {
        auto rule = *this;
        rule.shortest = minimum;
        rule.longest = maximum;
        return rule;
    }

    constexpr Rule range(double minimum, double maximum) const {
        auto rule = *this;
        rule.lowest = minimum;
        rule.highest = maximum;
        return rule;
    }

    constexpr Rule items(std::size_t minimum, std::size_t maximum) const {
        auto rule = *this;
        rule.fewest = minimum;
        rule.most = maximum;
        return rule;
    }

    constexpr Rule at_most_bytes(std::size_t maximum) const {
        auto rule = *this;
        rule.bytes = maximum;
        return rule;
    }

    constexpr Rule one_of(std::span<std::string_view const> list) const {
        auto rule = *this;
        rule.words = list;
        return rule;
    }

    constexpr Rule matching(Pattern const& wanted) const {
        auto rule = *this;
        rule.pattern = wanted;
        return rule;
    }

    constexpr Rule trimmed() const {
        auto rule = *this;
        rule.is_trimmed = true;
        return rule;
    }

    constexpr Rule clamped() const {
        auto rule = *this;
        rule.is_clamped = true;
        return rule;
    }

    constexpr Rule defaulted() const {
        auto rule = *this;
        rule.has_default = true;
        return rule;
    }

    constexpr Rule omissible() const {
        auto rule = *this;
        rule.is_omissible = true;
        return rule;
    }

    constexpr Rule named(std::string_view name) const {
        auto rule = *this;
        rule.wire_name = name;
        return rule;
    }

    constexpr Rule like(std::string_view json) const {
        auto rule = *this;
        rule.example = json;
        return rule;
    }
};

constexpr Rule field(std::string_view member, std::string_view description) {
    return Rule{.member = member, .description = description};
}

/// The rules of a base struct followed by those of the members that a derived one adds.
template <std::size_t Size, class... Added>
constexpr std::array<Rule, Size + sizeof...(Added)> with(std::array<Rule, Size> const& base,
                                                         Added const&... added) {
    std::array<Rule, Size + sizeof...(Added)> all{};
    std::size_t at = 0;
    for (auto const& rule : base) {
        all[at++] = rule;
    }
    ((all[at++] = added), ...);
    return all;
}

/// The constraint table of a struct, found by `rules_of(T const*)` beside it.
struct Rules {
    std::string_view name; ///< of the schema in documents
    std::span<Rule const> rules;
};

} // namespace loci::server
