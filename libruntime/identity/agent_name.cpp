#include "identity/agent_name.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace loci::runtime {
namespace {

constexpr std::string_view allowed =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
constexpr std::size_t longest_suffix = 14;
constexpr int numbered_attempts = 9;

} // namespace

bool is_agent_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= longest_agent_name &&
           text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string fold_agent_name(std::string_view name) {
    std::string folded{name};
    for (auto& character : folded) {
        if (character >= 'A' && character <= 'Z') {
            character = static_cast<char>(character - 'A' + 'a');
        }
    }
    return folded;
}

std::string derive_agent_name(std::string_view text) {
    std::string name;
    for (auto const character : text) {
        if (allowed.find(character) != std::string_view::npos) {
            name += character;
        } else if (!name.empty() && name.back() != '-') {
            name += '-';
        }
        if (name.size() == longest_agent_name - longest_suffix) {
            break;
        }
    }
    while (!name.empty() && name.back() == '-') {
        name.pop_back();
    }
    return name.empty() ? "agent" : name;
}

std::string free_agent_name(std::string const& base, Uuid const& id,
                            std::function<bool(std::string const&)> const& is_taken) {
    auto const is_free = [&](std::string const& name) {
        return fold_agent_name(name) != "default" && !is_taken(name);
    };
    if (is_free(base)) {
        return base;
    }
    for (int number = 2; number <= numbered_attempts; ++number) {
        auto name = fmt::format("{}-{}", base, number);
        if (is_free(name)) {
            return name;
        }
    }
    auto const digits = to_string(id);
    return fmt::format("{}-{}", base, digits.substr(digits.size() - (longest_suffix - 2)));
}

} // namespace loci::runtime
