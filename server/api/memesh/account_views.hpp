#pragma once
#include "api/codec.hpp"
#include "api/memesh/words.hpp"

#include <array>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/json_object.hpp>
#include <optional>
#include <string>
#include <vector>

/// What MeMesh clients get of keys and agents.
namespace loci::server::memesh {

struct KeyView {
    std::string id;
    std::string name;
    std::string masked;
    std::vector<std::string> scopes;
    Timestamp created_at;
    std::optional<Timestamp> last_used_at;
    std::optional<Timestamp> expires_at;
    std::optional<Timestamp> revoked_at;
};

BOOST_DESCRIBE_STRUCT(KeyView, (),
                      (id, name, masked, scopes, created_at, last_used_at, expires_at, revoked_at))

inline constexpr std::array key_view_rules{
    field("id", "`key_` and 26 characters."),
    field("name", "What the key is for."),
    field("masked", "Enough of the key to know it again."),
    field("scopes", "What the key may do now."),
    field("created_at", "When it was made."),
    field("last_used_at", "The last request with it; may lag by half a minute."),
    field("expires_at", "From then on it is refused."),
    field("revoked_at", "Since then it is refused."),
};

inline Rules rules_of(KeyView const*) {
    return {"Key", key_view_rules};
}

struct NewKeyView : KeyView {
    std::string key;
};

BOOST_DESCRIBE_STRUCT(NewKeyView, (KeyView), (key))

inline constexpr auto new_key_rules =
    with(key_view_rules, field("key", "The secret: shown this once, and never stored."));

inline Rules rules_of(NewKeyView const*) {
    return {"NewKey", new_key_rules};
}

struct KeyPageView {
    std::vector<KeyView> items;
    std::int64_t total = 0;
    std::int64_t limit = 0;
    std::int64_t offset = 0;
    bool has_more = false;
};

BOOST_DESCRIBE_STRUCT(KeyPageView, (), (items, total, limit, offset, has_more))

inline constexpr std::array key_page_rules{
    field("items", "Newest first."),
    field("total", "How many there are."),
    field("limit", "The limit that was applied."),
    field("offset", "How many were skipped."),
    field("has_more", "Whether more follow."),
};

inline Rules rules_of(KeyPageView const*) {
    return {"KeyPage", key_page_rules};
}

struct RevokedView {
    std::string id;
    bool revoked = true;
    Timestamp revoked_at;
};

BOOST_DESCRIBE_STRUCT(RevokedView, (), (id, revoked, revoked_at))

inline constexpr std::array revoked_rules{
    field("id", "Of the key."),
    field("revoked", "Always true."),
    field("revoked_at", "From then on it is refused."),
};

inline Rules rules_of(RevokedView const*) {
    return {"KeyRevoked", revoked_rules};
}

struct AgentView {
    std::string id;
    std::string agent_type;
    std::string agent_name;
    std::optional<std::string> agent_version;
    std::string status;
    JsonObject capabilities;
    Timestamp created_at;
    std::optional<Timestamp> last_heartbeat;
    std::int64_t pending_messages = 0;
    std::optional<std::string> dispatch_target_id;
};

BOOST_DESCRIBE_STRUCT(AgentView, (),
                      (id, agent_type, agent_name, agent_version, status, capabilities, created_at,
                       last_heartbeat, pending_messages, dispatch_target_id))

inline constexpr std::array agent_view_rules{
    field("id", "`agt_` and 26 characters."),
    field("agent_type", "Which product the worker is.").one_of(agent_type_words),
    field("agent_name", "Unique in the workspace, letter case ignored."),
    field("agent_version", "The version of the worker."),
    field("status", "By the last request of its key.").one_of(agent_status_words),
    field("capabilities", "As registered."),
    field("created_at", "When its key was made."),
    field("last_heartbeat", "The last request of its key."),
    field("pending_messages", "Executions that it could claim now."),
    field("dispatch_target_id", "Its target; null while it has none."),
};

inline Rules rules_of(AgentView const*) {
    return {"Agent", agent_view_rules};
}

} // namespace loci::server::memesh
