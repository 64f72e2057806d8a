#pragma once
#include "support/manual_clock.hpp"
#include "support/result_text.hpp"
#include "support/seeded_random.hpp"
#include "support/temporary_directory.hpp"

#include <loci/runtime/identity.hpp>
#include <loci/store/database.hpp>
#include <optional>
#include <string>

namespace loci::tests {

/// No network in these tests: every exchange fails.
class NoTransport final : public Transport {
public:
    Result<OutboundAnswer> send(OutboundRequest const&) override {
        return Error{ErrorKind::unavailable, "NO_NETWORK", "no network in tests"};
    }
};

/// A directory with an owner, a key of the owner, and a clock that is moved by hand.
class IdentityFixture {
public:
    IdentityFixture() {
        open();
        owner_secret = runtime::mint_secret(runtime::KeyStyle::memesh, random).text;
        owner = identity->bootstrap(owner_secret).value().caller;
    }

    void open() {
        identity.reset();
        database.reset();
        database.emplace(
            store::Database::open(
                {.directory = directory.path(), .components = {runtime::Identity::component()}},
                {.clock = clock, .random = random, .ids = *ids, .transport = transport})
                .value());
        identity.emplace(runtime::Identity::open(*database).value());
    }

    /// A member of `tenant` (a new one when nil) with that role.
    Caller add_member(runtime::Role role, Uuid tenant = {}) {
        auto const user = ids->time_ordered();
        auto const is_new = tenant.is_nil();
        if (is_new) {
            tenant = ids->time_ordered();
        }
        database
            ->write<store::Done>(
                [&](store::WriteTransaction& transaction) -> store::Outcome<store::Done> {
                    auto const now = transaction.now();
                    if (is_new) {
                        transaction.execute("INSERT INTO tenant (id, name, created_at, updated_at) "
                                            "VALUES (?1, 'Other', ?2, ?2)",
                                            tenant, now);
                    }
                    transaction.execute("INSERT INTO user (id, created_at, updated_at) "
                                        "VALUES (?1, ?2, ?2)",
                                        user, now);
                    transaction.execute("INSERT INTO membership "
                                        "(tenant, user, role, created_at, updated_at) "
                                        "VALUES (?1, ?2, ?3, ?4, ?4)",
                                        tenant, user, runtime::to_string(role), now);
                    return store::Done{};
                })
            .value();
        return {.tenant = to_prefixed("ten", tenant), .user = to_prefixed("usr", user)};
    }

    Uuid owner_tenant() const { return parse_prefixed("ten", owner.tenant).value(); }

    /// The caller that a new key of `by` stands for, and its secret.
    struct Access {
        Caller caller;
        runtime::KeyId key;
        std::string secret;
    };

    Access key_of(Caller const& by, runtime::NewKey const& key) {
        auto issued = identity->issue_key(by, key).value();
        auto authenticated = identity->authenticate(issued.secret).value();
        return {authenticated.caller, issued.key.id, issued.secret};
    }

    TemporaryDirectory directory;
    ManualClock clock;
    SeededRandom random;
    std::unique_ptr<IdSource> ids = id_source(clock, random);
    NoTransport transport;
    std::optional<store::Database> database;
    std::optional<runtime::Identity> identity;
    std::string owner_secret;
    Caller owner;
};

} // namespace loci::tests
