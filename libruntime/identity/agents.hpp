#pragma once
#include "identity/authority.hpp"
#include "identity/presence.hpp"

#include <loci/base/ids.hpp>
#include <loci/base/result.hpp>
#include <loci/runtime/agent.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <string_view>

namespace loci::runtime {

/// Gives a new key its agent, named after the key.
void make_implicit_agent(store::WriteTransaction&, IdSource&, Account const&,
                         Uuid const& credential, std::string_view key_name);

std::optional<Agent> find_agent(store::ReadTransaction&, Presence const&, Account const&,
                                Uuid const& credential);

/// Errors: `invalid`.
Result<store::Done> check(AgentRegistration const&);

/// Errors: `not_found`, `conflict` (`AGENT_NAME_TAKEN`).
Result<Registered> register_agent(store::WriteTransaction&, Presence const&, Account const&,
                                  Uuid const& credential, AgentRegistration const&);

Error agent_not_found();

} // namespace loci::runtime
