#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/base/json_object.hpp>
#include <loci/base/result.hpp>
#include <loci/base/scope.hpp>
#include <loci/runtime/agent.hpp>
#include <loci/runtime/key.hpp>
#include <loci/runtime/permissions.hpp>
#include <loci/store/database.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::runtime {

/// Who a secret stands for, as the records say at this moment.
struct Authenticated {
    Caller caller; ///< tenant `ten_…`, user `usr_…`, key, and the agent's coordinate
    PermissionSet permissions; ///< of the role, narrowed by the key, narrowed by its opener
    Role role = Role::viewer;
    CredentialKind kind = CredentialKind::key;
    std::optional<std::string> agent_limit{}; ///< the only agent coordinate that it may touch
};

/// What `bootstrap` found or made.
struct Owner {
    Caller caller;        ///< the owner of the first tenant, without a key
    bool has_key = false; ///< an active one without scopes of its own, at the end of the call
    bool key_created = false;
};

/// Tenants, users, memberships, credentials and the agents that keys stand for.
///
/// Only the SHA-256 of a secret is stored. Every mutation comes twice: on an open transaction (to
/// be composed with others in one commit), and as a blocking call. Given an idempotency key, a
/// repeated call changes nothing and answers as the first did; only `issue_key`, whose secret is
/// not kept, then ends in `conflict` (`SECRET_ALREADY_SHOWN`). The same key with another request is
/// `conflict`
/// (`IDEMPOTENCY_KEY_REUSED`).
///
/// A record of another tenant is `not_found`. A `Caller` without a key acts with everything that
/// the user's role allows; one that is no active member is `forbidden` (`INSUFFICIENT_ROLE`).
///
/// Threads: every function may be called from any thread at once.
/// Lifetime: the database must outlive this.
class Identity final {
public:
    /// The tables that this needs; pass it to `store::Options::components`.
    static store::Component component();

    /// Errors: `unavailable`, `corrupt`.
    static Result<Identity> open(store::Database& database);

    /// Makes what is missing of the first tenant and its owner and, when `secret` is given and the
    /// owner has no active key without scopes, a key of that secret. Make the secret with
    /// `mint_secret`, and keep it before this call: then a crash loses nothing, and a repeated call
    /// ends the same.
    /// Errors: `invalid` (malformed secret), those of `store::Database::write`.
    Result<Owner> bootstrap(std::optional<std::string_view> secret = {});

    /// One unique-index look-up by SHA-256; the credential must be live, its opener too, and its
    /// user an active member. Notes the use, softly.
    /// Errors: `unauthenticated` (`UNAUTHENTICATED`): one and the same for every reason.
    Result<Authenticated> authenticate(std::string_view secret);

    // Keys

    /// The caller's own new key. Errors: `invalid` (name, scopes, expiry), `forbidden`
    /// (`INSUFFICIENT_SCOPE`: more than the caller may), `conflict` (`KEY_LIMIT`).
    store::Outcome<IssuedKey> issue_key(store::WriteTransaction&, Caller const&,
                                        std::optional<IdempotencyKey> const&, NewKey const&,
                                        MintedSecret const&);
    Result<IssuedKey> issue_key(Caller const&, NewKey const&, std::optional<IdempotencyKey> = {});

    /// The caller's own keys, newest first. Errors: `invalid` (limit above 1000).
    Result<KeyPage> list_keys(Caller const&, KeyQuery const& = {});

    /// Own keys, and for administrators every key of the tenant. It is refused from the next
    /// request on, with every session that it opened. Errors: `not_found` (`KEY_NOT_FOUND`; also
    /// the second time).
    store::Outcome<Key> revoke_key(store::WriteTransaction&, Caller const&,
                                   std::optional<IdempotencyKey> const&, KeyId);
    Result<Key> revoke_key(Caller const&, KeyId, std::optional<IdempotencyKey> = {});

    // Agents

    /// The agent of the caller's key. Errors: `not_found` (`AGENT_NOT_FOUND`: a caller without a
    /// key).
    Result<Agent> agent_of(Caller const&);

    /// Says who the worker behind the caller's key is. Its coordinate stays what it was. A name
    /// that belongs to the agent of a dead key of the same user brings that agent (id, coordinate,
    /// history) over to this key.
    /// Errors: `invalid`, `not_found` (a caller without a key), `forbidden` (a viewer), `conflict`
    /// (`AGENT_NAME_TAKEN`).
    store::Outcome<Registered> register_agent(store::WriteTransaction&, Caller const&,
                                              std::optional<IdempotencyKey> const&,
                                              AgentRegistration const&);
    Result<Registered> register_agent(Caller const&, AgentRegistration const&,
                                      std::optional<IdempotencyKey> = {});

    /// The ids of agents by user (`usr_…`) and coordinate, in order; nullopt where no key's agent
    /// has that coordinate.
    Result<std::vector<std::optional<AgentId>>> agent_ids(Caller const&,
                                                          std::span<AgentCoordinate const>);

    Identity(Identity&&) noexcept;
    Identity& operator=(Identity&&) noexcept;
    ~Identity();

private:
    class Impl;
    explicit Identity(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

} // namespace loci::runtime
