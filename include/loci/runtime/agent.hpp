#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/ids.hpp>
#include <loci/base/json_object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace loci::runtime {

/// Identity of a worker, printed `agt_…`.
struct AgentId {
    Uuid value;
    auto operator<=>(AgentId const&) const = default;
};

std::string to_string(AgentId id);
std::optional<AgentId> parse_agent_id(std::string_view text);

enum class AgentType : std::uint8_t {
    chatgpt,
    claude,
    gemini,
    grok,
    deepseek,
    codex,
    cursor,
    custom
};

/// From the last authenticated call: online within 90 s, stale within 300 s, else offline.
enum class AgentStatus : std::uint8_t { online, stale, offline };

char const* to_string(AgentType type) noexcept;
char const* to_string(AgentStatus status) noexcept;
std::optional<AgentType> parse_agent_type(std::string_view word) noexcept;

/// The worker that a key stands for. Every key has exactly one, from its first moment on.
struct Agent {
    AgentId id;
    std::string coordinate; ///< the text that its memories carry; never changes
    AgentType type = AgentType::custom;
    std::string name; ///< for people; unique in the tenant, letter case ignored
    std::optional<std::string> version{};
    AgentStatus status = AgentStatus::offline;
    JsonObject capabilities{};
    Timestamp created_at;
    std::optional<Timestamp> last_seen_at{};
    bool registered = false;               ///< false: implicit, nobody has registered it yet
    std::size_t pending_messages = 0;      ///< executions that it could claim now
    std::optional<Uuid> dispatch_target{}; ///< printed `tgt_…`; none before there are targets
};

/// Absent fields keep their value.
struct AgentRegistration {
    AgentType type = AgentType::custom;
    std::optional<std::string> name{};        ///< 1..64 of `A-Z a-z 0-9 . _ -`
    std::optional<std::string> version{};     ///< 1..64 characters
    std::optional<JsonObject> capabilities{}; ///< at most 16 KiB
};

struct Registered {
    Agent agent;
    bool first = false; ///< the first registration of this key
};

/// Whose agent of which name.
struct AgentCoordinate {
    std::string user; ///< `usr_…`
    std::string coordinate;
};

} // namespace loci::runtime
