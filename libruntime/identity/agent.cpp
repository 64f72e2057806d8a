#include <loci/runtime/agent.hpp>

#include <array>

namespace loci::runtime {
namespace {

constexpr std::array<char const*, 8> type_words{"chatgpt",  "claude", "gemini", "grok",
                                                "deepseek", "codex",  "cursor", "custom"};

} // namespace

std::string to_string(AgentId id) {
    return to_prefixed("agt", id.value);
}

std::optional<AgentId> parse_agent_id(std::string_view text) {
    if (auto const id = parse_prefixed("agt", text)) {
        return AgentId{*id};
    }
    return std::nullopt;
}

char const* to_string(AgentType type) noexcept {
    return type_words[static_cast<std::size_t>(type)];
}

std::optional<AgentType> parse_agent_type(std::string_view word) noexcept {
    for (std::size_t i = 0; i < type_words.size(); ++i) {
        if (type_words[i] == word) {
            return static_cast<AgentType>(i);
        }
    }
    return std::nullopt;
}

char const* to_string(AgentStatus status) noexcept {
    switch (status) {
    case AgentStatus::online:
        return "online";
    case AgentStatus::stale:
        return "stale";
    case AgentStatus::offline:
        break;
    }
    return "offline";
}

} // namespace loci::runtime
