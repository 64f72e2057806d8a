#include "api/memesh/handlers.hpp"

namespace loci::server::memesh {
namespace {

void fill(KeyView& view, runtime::Key const& key) {
    view.id = to_string(key.id);
    view.name = key.name;
    view.masked = key.masked;
    view.scopes = runtime::scope_words(key.permissions);
    view.created_at = key.created_at;
    view.last_used_at = key.last_used_at;
    view.expires_at = key.expires_at;
    view.revoked_at = key.revoked_at;
}

AgentView view_of(runtime::Agent const& agent) {
    AgentView view;
    view.id = to_string(agent.id);
    view.agent_type = runtime::to_string(agent.type);
    view.agent_name = agent.name;
    view.agent_version = agent.version;
    view.status = runtime::to_string(agent.status);
    view.capabilities = agent.capabilities;
    view.created_at = agent.created_at;
    view.last_heartbeat = agent.last_seen_at;
    view.pending_messages = static_cast<std::int64_t>(agent.pending_messages);
    if (agent.dispatch_target) {
        view.dispatch_target_id = to_prefixed("tgt", *agent.dispatch_target);
    }
    return view;
}

} // namespace

Result<NewKeyView> create_key(Call& call, KeyRequest const& request) {
    auto const issued = call.services.identity.issue_key(
        call.caller(),
        {.name = request.name,
         .scopes = request.scopes,
         .expires_days = request.expires_days,
         .style = runtime::parse_key_style(request.style).value_or(runtime::KeyStyle::memesh)});
    if (!issued) {
        return issued.error();
    }
    NewKeyView view;
    fill(view, issued->key);
    view.key = issued->secret;
    call.headers.emplace_back("Cache-Control", "no-store");
    return view;
}

Result<KeyPageView> list_keys(Call& call, KeyListRequest const& request) {
    auto const page = call.services.identity.list_keys(
        call.caller(), {.include_revoked = request.include_revoked,
                        .limit = static_cast<std::size_t>(request.limit),
                        .offset = static_cast<std::size_t>(request.offset)});
    if (!page) {
        return page.error();
    }
    KeyPageView view;
    for (auto const& key : page->items) {
        fill(view.items.emplace_back(), key);
    }
    view.total = static_cast<std::int64_t>(page->total);
    view.limit = request.limit;
    view.offset = request.offset;
    view.has_more = request.offset + static_cast<std::int64_t>(view.items.size()) < view.total;
    return view;
}

Result<RevokedView> revoke_key(Call& call, ItemRequest const& request) {
    auto const id = runtime::parse_key_id(request.id);
    if (!id) {
        return Error{ErrorKind::not_found, "KEY_NOT_FOUND", "There is no key of that id"};
    }
    bool const is_own = call.caller().key == id->value;
    if (auto refusal =
            is_own ? std::nullopt : missing_permission(call, runtime::Permission::keys_manage)) {
        return std::move(*refusal);
    }
    auto const key = call.services.identity.revoke_key(call.caller(), *id);
    if (!key) {
        return key.error();
    }
    return RevokedView{.id = to_string(key->id),
                       .revoked_at = key->revoked_at.value_or(Timestamp{})};
}

Result<AgentView> read_agent(Call& call, NoInput const&) {
    auto const agent = call.services.identity.agent_of(call.caller());
    if (!agent) {
        return agent.error();
    }
    return view_of(*agent);
}

Result<AgentView> register_agent(Call& call, RegisterRequest const& request) {
    auto const registered = call.services.identity.register_agent(
        call.caller(),
        {.type = runtime::parse_agent_type(request.agent_type).value_or(runtime::AgentType::custom),
         .name = request.agent_name,
         .version = request.agent_version,
         .capabilities = request.capabilities});
    if (!registered) {
        return registered.error();
    }
    call.status = registered->first ? 201 : 200;
    return view_of(registered->agent);
}

} // namespace loci::server::memesh
