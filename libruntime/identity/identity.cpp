#include <loci/runtime/identity.hpp>

#include "identity/agents.hpp"
#include "identity/authority.hpp"
#include "identity/credentials.hpp"
#include "identity/errors.hpp"
#include "identity/owner.hpp"
#include "identity/presence.hpp"
#include "identity/request_log.hpp"
#include "identity/schema.hpp"

#include <boost/json.hpp>

namespace loci::runtime {
namespace {

constexpr std::size_t longest_secret = 1024;
constexpr std::size_t longest_page = 1000;

constexpr store::Sql note_use{
    "UPDATE credential SET last_used_at = max(coalesce(last_used_at, 0), ?2) WHERE id = ?1"};

constexpr store::Sql note_activity{R"sql(
UPDATE membership SET last_active_at = max(coalesce(last_active_at, 0), ?3)
WHERE tenant = ?1 AND user = ?2
)sql"};

constexpr store::Sql select_agent_ids{R"sql(
SELECT a.id FROM json_each(?2) AS asked
LEFT JOIN registered_agent AS a
    ON a.tenant = ?1 AND a.coordinate = asked.value ->> 1
    AND lower(hex(a.user)) = replace(asked.value ->> 0, '-', '')
ORDER BY asked.key
)sql"};

Error key_not_found() {
    return {ErrorKind::not_found, "KEY_NOT_FOUND", "There is no such key"};
}

Error key_limit() {
    Error error{ErrorKind::conflict, "KEY_LIMIT",
                "A user has at most 100 active keys: revoke one that is no longer used"};
    error.details.emplace_back("limit", std::int64_t{active_keys_per_user});
    return error;
}

Error already_shown(Uuid const& key) {
    Error error{ErrorKind::conflict, "SECRET_ALREADY_SHOWN",
                "This request was carried out before; its secret is shown only once"};
    error.details.emplace_back("id", to_string(KeyId{key}));
    return error;
}

Hash hash_of_request(NewKey const& key) {
    boost::json::array request{key.name, to_string(key.style)};
    if (key.scopes) {
        request.emplace_back(boost::json::array(key.scopes->begin(), key.scopes->end()));
    }
    request.emplace_back(key.expires_days ? boost::json::value{*key.expires_days} : nullptr);
    request.emplace_back(key.organization ? boost::json::value{*key.organization} : nullptr);
    return hash_of(boost::json::serialize(request));
}

Hash hash_of_request(AgentRegistration const& registration) {
    auto const text = [](std::optional<std::string> const& value) {
        return value ? boost::json::value{*value} : boost::json::value{};
    };
    boost::json::array const request{
        to_string(registration.type), text(registration.name), text(registration.version),
        text(registration.capabilities ? std::optional{registration.capabilities->text()}
                                       : std::nullopt)};
    return hash_of(boost::json::serialize(request));
}

} // namespace

class Identity::Impl {
public:
    explicit Impl(store::Database& database)
        : database_(database)
        , environment_(database.environment()) {}

    store::Database& database() { return database_; }

    Environment const& environment() const { return environment_; }

    Presence& presence() { return presence_; }

    void note(LiveCredential const& credential) {
        auto const at = environment_.clock.now();
        presence_.note(credential.id, at);
        database_.note_softly("credential " + to_string(credential.id),
                              [id = credential.id, account = credential.account,
                               at](store::WriteTransaction& transaction) {
                                  transaction.execute(note_use, id, at);
                                  transaction.execute(note_activity, account.tenant, account.user,
                                                      at);
                              });
    }

private:
    store::Database& database_;
    Environment environment_;
    Presence presence_;
};

store::Component Identity::component() {
    return {"runtime", schema()};
}

Result<Identity> Identity::open(store::Database& database) {
    return Identity{std::make_unique<Impl>(database)};
}

Result<Owner> Identity::bootstrap(std::optional<std::string_view> secret) {
    std::optional<MintedSecret> minted;
    if (secret) {
        auto const style = recognise_style(*secret);
        if (!style) {
            return invalid_field("secret", "pattern", "this is not the text of a key");
        }
        minted = MintedSecret{*style, std::string{*secret}};
    }
    return impl_->database().write<Owner>(
        [&](store::WriteTransaction& transaction) -> store::Outcome<Owner> {
            auto& ids = impl_->environment().ids;
            auto const account = ensure_owner(transaction, ids);
            Owner owner{.caller = {.tenant = tenant_text(account), .user = user_text(account)},
                        .has_key = has_unlimited_key(transaction, account)};
            if (minted && !owner.has_key && !is_known_secret(transaction, hash_of(minted->text))) {
                CheckedKey const key{"owner", {}, {}, {}, "bootstrap"};
                insert_key(transaction, ids, account, key, *minted);
                owner.has_key = true;
                owner.key_created = true;
            }
            return owner;
        });
}

Result<Authenticated> Identity::authenticate(std::string_view secret) {
    if (secret.empty() || secret.size() > longest_secret) {
        return unauthenticated();
    }
    auto const hash = hash_of(secret);
    auto const found = impl_->database().read<std::optional<LiveCredential>>(
        [&](store::ReadTransaction& transaction) -> Result<std::optional<LiveCredential>> {
            return find_live_credential(transaction, hash);
        });
    if (!found) {
        return found.error();
    }
    if (!*found) {
        return unauthenticated();
    }
    auto const& credential = **found;
    impl_->note(credential);
    return Authenticated{.caller = {.tenant = tenant_text(credential.account),
                                    .user = user_text(credential.account),
                                    .key = credential.id,
                                    .agent = credential.agent},
                         .permissions = credential.permissions,
                         .role = credential.role,
                         .kind = credential.kind,
                         .agent_limit = credential.agent_limit};
}

store::Outcome<IssuedKey> Identity::issue_key(store::WriteTransaction& transaction,
                                              Caller const& caller,
                                              std::optional<IdempotencyKey> const& idempotency,
                                              NewKey const& key, MintedSecret const& secret) {
    using Outcome = store::Outcome<IssuedKey>;
    auto checked = check(key, transaction.now());
    if (!checked) {
        return Outcome::failed(checked.error());
    }
    auto const authority = authority_of(transaction, caller);
    if (!authority) {
        return Outcome::failed(authority.error());
    }
    auto const request = hash_of_request(key);
    auto const completed =
        find_completed(transaction, authority->account, idempotency, "issue_key", request);
    if (!completed) {
        return Outcome::failed(completed.error());
    }
    if (*completed) {
        return Outcome::failed(already_shown((*completed)->subject));
    }
    if (!authority->permissions.contains(Permission::keys_manage) ||
        (checked->scopes && !authority->permissions.contains_all(*checked->scopes))) {
        return Outcome::failed(insufficient_scope());
    }
    if (count_active_keys(transaction, authority->account) >= active_keys_per_user) {
        return Outcome::failed(key_limit());
    }
    if (!checked->scopes && authority->narrowed) {
        checked->scopes = authority->permissions;
    }
    auto issued =
        insert_key(transaction, impl_->environment().ids, authority->account, *checked, secret);
    record_completed(transaction, authority->account, idempotency, "issue_key", request,
                     {issued.id.value, true});
    return IssuedKey{std::move(issued), secret.text};
}

Result<IssuedKey> Identity::issue_key(Caller const& caller, NewKey const& key,
                                      std::optional<IdempotencyKey> idempotency) {
    auto const secret = mint_secret(key.style, impl_->environment().random);
    return impl_->database().write<IssuedKey>([&](store::WriteTransaction& transaction) {
        return issue_key(transaction, caller, idempotency, key, secret);
    });
}

Result<KeyPage> Identity::list_keys(Caller const& caller, KeyQuery const& query) {
    if (query.limit > longest_page) {
        return broken_rule("limit", "maximum", std::int64_t{longest_page}, "limit is at most 1000");
    }
    return impl_->database().read<KeyPage>(
        [&](store::ReadTransaction& transaction) -> Result<KeyPage> {
            auto const authority = authority_of(transaction, caller);
            if (!authority) {
                return authority.error();
            }
            return runtime::list_keys(transaction, impl_->presence(), authority->account, query);
        });
}

store::Outcome<Key> Identity::revoke_key(store::WriteTransaction& transaction, Caller const& caller,
                                         std::optional<IdempotencyKey> const& idempotency,
                                         KeyId id) {
    using Outcome = store::Outcome<Key>;
    auto const authority = authority_of(transaction, caller);
    if (!authority) {
        return Outcome::failed(authority.error());
    }
    auto const& account = authority->account;
    auto const request = hash_of(to_string(id));
    auto const completed = find_completed(transaction, account, idempotency, "revoke_key", request);
    if (!completed) {
        return Outcome::failed(completed.error());
    }
    auto const find = [&] { return find_key(transaction, impl_->presence(), account, id); };
    auto const key = find();
    auto const own = key && key->user == caller.user;
    if (!key || (!own && authority->role < Role::admin)) {
        return Outcome::failed(key_not_found());
    }
    if (*completed) {
        return *key;
    }
    if (caller.key != id.value && !authority->permissions.contains(Permission::keys_manage)) {
        return Outcome::failed(insufficient_scope());
    }
    if (key->revoked_at) {
        return Outcome::failed(key_not_found());
    }
    revoke(transaction, account, *key);
    record_completed(transaction, account, idempotency, "revoke_key", request, {id.value, false});
    return *find();
}

Result<Key> Identity::revoke_key(Caller const& caller, KeyId id,
                                 std::optional<IdempotencyKey> idempotency) {
    return impl_->database().write<Key>([&](store::WriteTransaction& transaction) {
        return revoke_key(transaction, caller, idempotency, id);
    });
}

Result<Agent> Identity::agent_of(Caller const& caller) {
    return impl_->database().read<Agent>([&](store::ReadTransaction& transaction) -> Result<Agent> {
        auto const account = account_of(caller);
        if (!account || !caller.key) {
            return agent_not_found();
        }
        auto agent = find_agent(transaction, impl_->presence(), *account, *caller.key);
        if (!agent) {
            return agent_not_found();
        }
        return *std::move(agent);
    });
}

store::Outcome<Registered>
Identity::register_agent(store::WriteTransaction& transaction, Caller const& caller,
                         std::optional<IdempotencyKey> const& idempotency,
                         AgentRegistration const& registration) {
    using Outcome = store::Outcome<Registered>;
    auto const checked = check(registration);
    if (!checked) {
        return Outcome::failed(checked.error());
    }
    auto const authority = authority_of(transaction, caller);
    if (!authority) {
        return Outcome::failed(authority.error());
    }
    if (!caller.key) {
        return Outcome::failed(agent_not_found());
    }
    if (authority->role < Role::member) {
        return Outcome::failed(insufficient_role(Role::member));
    }
    auto const& account = authority->account;
    auto const request = hash_of_request(registration);
    auto const completed =
        find_completed(transaction, account, idempotency, "register_agent", request);
    if (!completed) {
        return Outcome::failed(completed.error());
    }
    if (*completed) {
        auto const agent = find_agent(transaction, impl_->presence(), account, *caller.key);
        if (!agent) {
            return Outcome::failed(agent_not_found());
        }
        return Registered{*agent, (*completed)->created};
    }
    auto const registered =
        runtime::register_agent(transaction, impl_->presence(), account, *caller.key, registration);
    if (!registered) {
        return Outcome::failed(registered.error());
    }
    record_completed(transaction, account, idempotency, "register_agent", request,
                     {registered->agent.id.value, registered->first});
    return *registered;
}

Result<Registered> Identity::register_agent(Caller const& caller,
                                            AgentRegistration const& registration,
                                            std::optional<IdempotencyKey> idempotency) {
    return impl_->database().write<Registered>([&](store::WriteTransaction& transaction) {
        return register_agent(transaction, caller, idempotency, registration);
    });
}

Result<std::vector<std::optional<AgentId>>>
Identity::agent_ids(Caller const& caller, std::span<AgentCoordinate const> coordinates) {
    using Ids = std::vector<std::optional<AgentId>>;
    auto const tenant = parse_prefixed("ten", caller.tenant);
    if (!tenant || coordinates.empty()) {
        return Ids(coordinates.size());
    }
    boost::json::array asked;
    for (auto const& [user, coordinate] : coordinates) {
        auto const id = parse_prefixed("usr", user);
        asked.push_back({id ? to_string(*id) : "", coordinate});
    }
    auto const list = boost::json::serialize(asked);
    return impl_->database().read<Ids>([&](store::ReadTransaction& transaction) -> Result<Ids> {
        Ids ids;
        auto rows = transaction.query(select_agent_ids, *tenant, list);
        while (rows.next()) {
            auto const id = rows.optional_uuid(0);
            ids.push_back(id ? std::optional{AgentId{*id}} : std::nullopt);
        }
        return ids;
    });
}

Identity::Identity(std::unique_ptr<Impl> impl) noexcept
    : impl_(std::move(impl)) {}

Identity::Identity(Identity&&) noexcept = default;
Identity& Identity::operator=(Identity&&) noexcept = default;
Identity::~Identity() = default;

} // namespace loci::runtime
