#pragma once
#include "api/rule.hpp"

#include <string_view>

/// The word lists and text patterns of MeMesh.
namespace loci::server::memesh {

inline constexpr std::string_view sensitivity_words[] = {"normal", "sensitive", "critical"};
inline constexpr std::string_view near_rule_words[] = {"report", "return", "merge"};
inline constexpr std::string_view mode_words[] = {"HYBRID", "SEMANTIC", "KEYWORD"};
inline constexpr std::string_view sort_words[] = {"RELEVANCE", "RECENT"};
inline constexpr std::string_view tokenizer_words[] = {"approx"};
inline constexpr std::string_view context_order_words[] = {"RELEVANCE", "CHRONOLOGICAL"};
inline constexpr std::string_view export_format_words[] = {"memory", "exchange"};
inline constexpr std::string_view key_style_words[] = {"memesh", "memesh_legacy", "memorose",
                                                       "memoryrelay"};
inline constexpr std::string_view agent_type_words[] = {"chatgpt",  "claude", "gemini", "grok",
                                                        "deepseek", "codex",  "cursor", "custom"};
inline constexpr std::string_view agent_status_words[] = {"online", "stale", "offline"};

constexpr bool is_ascii_alphanumeric(char letter) noexcept {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9');
}

constexpr bool consists_of(std::string_view text, std::string_view besides) noexcept {
    for (char const letter : text) {
        if (!is_ascii_alphanumeric(letter) && besides.find(letter) == std::string_view::npos) {
            return false;
        }
    }
    return !text.empty();
}

inline constexpr Pattern id_pattern{"^[A-Za-z0-9_-]+$",
                                    [](std::string_view text) { return consists_of(text, "_-"); }};
inline constexpr Pattern space_pattern{
    "^[A-Za-z0-9._:/-]+$", [](std::string_view text) { return consists_of(text, "._:/-"); }};
inline constexpr Pattern agent_name_pattern{
    "^[A-Za-z0-9._-]+$", [](std::string_view text) { return consists_of(text, "._-"); }};

} // namespace loci::server::memesh
