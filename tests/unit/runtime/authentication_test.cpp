#include "unit/runtime/fixture.hpp"

#include <atomic>
#include <identity/hash.hpp>
#include <thread>

namespace loci::tests {
namespace {

using namespace runtime;
using std::chrono::days;
using std::chrono::seconds;

Error refusal(IdentityFixture& fixture, std::string_view secret) {
    auto const result = fixture.identity->authenticate(secret);
    REQUIRE_FALSE(result);
    return result.error();
}

TEST_CASE("a key stands for its user, with its agent", "[runtime][authentication]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "Ines's laptop"});
    CHECK(access.caller.tenant == fixture.owner.tenant);
    CHECK(access.caller.user == fixture.owner.user);
    CHECK(access.caller.key == access.key.value);
    CHECK(access.caller.agent == "Ines-s-laptop");
}

TEST_CASE("missing, malformed, unknown, revoked and expired keys look the same",
          "[runtime][authentication]") {
    IdentityFixture fixture;
    auto const revoked = fixture.key_of(fixture.owner, {.name = "revoked"});
    auto const expired = fixture.key_of(fixture.owner, {.name = "expired", .expires_days = 1});
    REQUIRE(fixture.identity->revoke_key(fixture.owner, revoked.key));
    fixture.clock.advance(days{1} + seconds{1});
    auto const unknown = mint_secret(KeyStyle::memesh, fixture.random).text;
    auto const expected = refusal(fixture, unknown);
    CHECK(expected.kind == ErrorKind::unauthenticated);
    CHECK(expected.reason == "UNAUTHENTICATED");
    for (auto const& secret :
         {std::string{}, std::string{"mk_short"}, std::string(5000, 'x'), std::string{"mk_\0x", 5},
          revoked.secret, expired.secret, fixture.owner_secret + " "}) {
        CHECK(refusal(fixture, secret) == expected);
    }
}

TEST_CASE("a key dies at its expiry, not before", "[runtime][authentication]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "month", .expires_days = 30});
    auto const expires = fixture.identity->list_keys(fixture.owner)->items.at(0).expires_at.value();
    fixture.clock.set(expires - seconds{1});
    CHECK(fixture.identity->authenticate(access.secret));
    fixture.clock.set(expires);
    CHECK_FALSE(fixture.identity->authenticate(access.secret));
}

TEST_CASE("scopes narrow what the role allows", "[runtime][authentication]") {
    IdentityFixture fixture;
    auto const reader = fixture.key_of(
        fixture.owner, {.name = "reader", .scopes = std::vector<std::string>{"memory:read"}});
    auto const access = fixture.identity->authenticate(reader.secret).value();
    CHECK(access.permissions == PermissionSet{Permission::memory_read});

    auto const viewer = fixture.add_member(Role::viewer, fixture.owner_tenant());
    auto const full = fixture.key_of(viewer, {.name = "full"});
    CHECK(fixture.identity->authenticate(full.secret)->permissions == permissions_of(Role::viewer));
}

TEST_CASE("a role that is lowered lowers its keys at once", "[runtime][authentication]") {
    IdentityFixture fixture;
    auto const member = fixture.add_member(Role::member, fixture.owner_tenant());
    auto const key =
        fixture.key_of(member, {.name = "writer",
                                .scopes = std::vector<std::string>{"memory:read", "memory:write"}});
    auto const user = *parse_prefixed("usr", member.user);
    auto const set_role = [&](char const* role) {
        fixture.database
            ->write<store::Done>(
                [&](store::WriteTransaction& transaction) -> store::Outcome<store::Done> {
                    transaction.execute("UPDATE membership SET role = ?2 WHERE user = ?1", user,
                                        role);
                    return store::Done{};
                })
            .value();
    };
    set_role("VIEWER");
    auto const lowered = fixture.identity->authenticate(key.secret).value();
    CHECK(lowered.role == Role::viewer);
    CHECK(lowered.permissions == PermissionSet{Permission::memory_read});
}

TEST_CASE("a removed member's key is dead", "[runtime][authentication]") {
    IdentityFixture fixture;
    auto const member = fixture.add_member(Role::member, fixture.owner_tenant());
    auto const key = fixture.key_of(member, {.name = "laptop"});
    auto const user = *parse_prefixed("usr", member.user);
    fixture.database
        ->write<store::Done>(
            [&](store::WriteTransaction& transaction) -> store::Outcome<store::Done> {
                transaction.execute("UPDATE membership SET removed_at = ?2 WHERE user = ?1", user,
                                    transaction.now());
                return store::Done{};
            })
        .value();
    CHECK(refusal(fixture, key.secret).reason == "UNAUTHENTICATED");
    auto const refused = fixture.identity->issue_key(member, {.name = "another"});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::forbidden);
}

/// A session that `opener` opened, as a dialect will do it.
std::string open_session(IdentityFixture& fixture, IdentityFixture::Access const& opener) {
    auto const secret = mint_secret(KeyStyle::memesh, fixture.random).text;
    auto const hash = hash_of(secret);
    fixture.database
        ->write<store::Done>(
            [&](store::WriteTransaction& transaction) -> store::Outcome<store::Done> {
                transaction.execute(
                    "INSERT INTO credential (id, hash, tenant, user, kind, style, origin, name, "
                    "masked, prefix, opener, agent_limit, created_at) SELECT ?1, ?2, tenant, user, "
                    "'session', 'token', 'opened', 'session', '', '', id, 'night-shift', ?4 "
                    "FROM credential WHERE id = ?3",
                    fixture.ids->time_ordered(), store::Value::Blob{hash}, opener.key.value,
                    transaction.now());
                return store::Done{};
            })
        .value();
    return secret;
}

TEST_CASE("a session has its opener's permissions and dies with it", "[runtime][authentication]") {
    IdentityFixture fixture;
    auto const opener = fixture.key_of(
        fixture.owner, {.name = "opener", .scopes = std::vector<std::string>{"memory:read"}});
    auto const session = open_session(fixture, opener);
    auto const access = fixture.identity->authenticate(session).value();
    CHECK(access.kind == CredentialKind::session);
    CHECK(access.permissions == PermissionSet{Permission::memory_read});
    CHECK(access.agent_limit == "night-shift");
    REQUIRE(fixture.identity->revoke_key(fixture.owner, opener.key));
    CHECK_FALSE(fixture.identity->authenticate(session));
}

TEST_CASE("last use is seen at once and stored along with a later commit",
          "[runtime][authentication]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "laptop"});
    fixture.open(); // stores what was noted so far: nothing is due when the clock moves
    fixture.clock.advance(seconds{50});
    auto const used = fixture.clock.now();
    auto const commits = fixture.database->statistics().commits;
    REQUIRE(fixture.identity->authenticate(access.secret));
    CHECK(fixture.database->statistics().commits == commits);
    auto const last_used = [&] {
        return fixture.identity->list_keys(fixture.owner)->items.at(0).last_used_at;
    };
    CHECK(last_used() == used);
    fixture.open();
    CHECK(last_used() == used);
}

TEST_CASE("many threads authenticate while keys come and go", "[runtime][authentication]") {
    IdentityFixture fixture;
    auto const stays = fixture.key_of(fixture.owner, {.name = "stays"});
    std::atomic<int> wrong{0};
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 6; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 30; ++i) {
                if (thread < 2) {
                    auto const issued = fixture.identity->issue_key(
                        fixture.owner, {.name = "short " + std::to_string(thread)});
                    wrong += !issued || !fixture.identity->authenticate(issued->secret);
                    wrong += !fixture.identity->revoke_key(fixture.owner, issued->key.id);
                    wrong += fixture.identity->authenticate(issued->secret).has_value();
                } else {
                    wrong += !fixture.identity->authenticate(stays.secret);
                }
            }
        });
    }
    threads.clear();
    CHECK(wrong == 0);
}

} // namespace
} // namespace loci::tests
