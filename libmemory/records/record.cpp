#include <array>
#include <loci/memory/record.hpp>
#include <utility>

namespace loci::memory {
namespace {

template <class Enum, std::size_t size>
using Words = std::array<std::pair<Enum, char const*>, size>;

constexpr Words<Kind, 4> kinds{{{Kind::memory, "memory"},
                                {Kind::decision, "decision"},
                                {Kind::pattern, "pattern"},
                                {Kind::knowledge, "knowledge"}}};

constexpr Words<Sensitivity, 3> sensitivities{{{Sensitivity::normal, "normal"},
                                               {Sensitivity::sensitive, "sensitive"},
                                               {Sensitivity::critical, "critical"}}};

constexpr Words<IndexState, 3> index_states{{{IndexState::pending, "pending"},
                                             {IndexState::ready, "ready"},
                                             {IndexState::failed, "failed"}}};

template <class Enum, std::size_t size>
char const* word_of(Words<Enum, size> const& words, Enum value) noexcept {
    for (auto const& [candidate, word] : words) {
        if (candidate == value) {
            return word;
        }
    }
    return words.front().second;
}

template <class Enum, std::size_t size>
std::optional<Enum> value_of(Words<Enum, size> const& words, std::string_view text) noexcept {
    for (auto const& [value, word] : words) {
        if (text == word) {
            return value;
        }
    }
    return std::nullopt;
}

} // namespace

char const* to_string(Kind kind) noexcept {
    return word_of(kinds, kind);
}

char const* to_string(Sensitivity sensitivity) noexcept {
    return word_of(sensitivities, sensitivity);
}

char const* to_string(IndexState state) noexcept {
    return word_of(index_states, state);
}

std::optional<Kind> parse_kind(std::string_view word) noexcept {
    return value_of(kinds, word);
}

std::optional<Sensitivity> parse_sensitivity(std::string_view word) noexcept {
    return value_of(sensitivities, word);
}

std::optional<IndexState> parse_index_state(std::string_view word) noexcept {
    return value_of(index_states, word);
}

} // namespace loci::memory
