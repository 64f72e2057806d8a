#include "unit/runtime/fixture.hpp"

namespace loci::tests {
namespace {

using namespace runtime;

Error refusal(IdentityFixture& fixture, NewKey const& key) {
    auto const result = fixture.identity->issue_key(fixture.owner, key);
    REQUIRE_FALSE(result);
    return result.error();
}

std::string faulty_field(IdentityFixture& fixture, NewKey const& key) {
    auto const error = refusal(fixture, key);
    CHECK(error.kind == ErrorKind::invalid);
    CHECK(error.reason == "VALIDATION_ERROR");
    CHECK_FALSE(std::holds_alternative<std::monostate>(error.fields.at(0).limit));
    return error.fields.at(0).path;
}

TEST_CASE("a new key is shown once and listed masked", "[runtime][keys]") {
    IdentityFixture fixture;
    auto const issued = fixture.identity->issue_key(fixture.owner, {.name = "  laptop "}).value();
    CHECK(issued.key.name == "laptop");
    CHECK(issued.key.masked ==
          issued.secret.substr(0, 7) + "..." + issued.secret.substr(issued.secret.size() - 4));
    CHECK(issued.key.permissions == permissions_of(Role::owner));
    CHECK_FALSE(issued.key.last_used_at);
    CHECK_FALSE(issued.key.expires_at);
    auto const listed = fixture.identity->list_keys(fixture.owner).value();
    REQUIRE(listed.total == 2);
    CHECK(listed.items.at(0).id == issued.key.id);
    CHECK(listed.items.at(0).masked == issued.key.masked);
    CHECK(listed.items.at(1).name == "owner");
}

TEST_CASE("every style can be minted and works everywhere", "[runtime][keys]") {
    IdentityFixture fixture;
    for (auto const style :
         {KeyStyle::memesh, KeyStyle::memesh_legacy, KeyStyle::memorose, KeyStyle::memoryrelay}) {
        auto const issued =
            fixture.identity->issue_key(fixture.owner, {.name = "k", .style = style}).value();
        CHECK(recognise_style(issued.secret) == style);
        CHECK(issued.key.style == style);
        CHECK(fixture.identity->authenticate(issued.secret));
    }
}

TEST_CASE("faulty input is refused by field", "[runtime][keys]") {
    IdentityFixture fixture;
    CHECK(faulty_field(fixture, {.name = ""}) == "name");
    CHECK(faulty_field(fixture, {.name = " \t "}) == "name");
    CHECK(faulty_field(fixture, {.name = std::string(101, 'x')}) == "name");
    CHECK(faulty_field(fixture, {.name = std::string{"a\0b", 3}}) == "name");
    CHECK(faulty_field(fixture, {.name = "\xff"}) == "name");
    CHECK(faulty_field(fixture, {.name = "k", .scopes = std::vector<std::string>{}}) == "scopes");
    CHECK(faulty_field(fixture, {.name = "k", .scopes = std::vector<std::string>{"all"}}) ==
          "scopes[0]");
    CHECK(faulty_field(fixture, {.name = "k", .expires_days = 0}) == "expires_days");
    CHECK(faulty_field(fixture, {.name = "k", .expires_days = 3651}) == "expires_days");
    CHECK(faulty_field(fixture, {.name = "k", .organization = ""}) == "organization");
    CHECK(faulty_field(fixture, {.name = "k", .organization = "a\nb"}) == "organization");
    CHECK(fixture.identity->list_keys(fixture.owner)->total == 1);

    std::string hundred;
    for (int i = 0; i < 100; ++i) {
        hundred += "ö";
    }
    CHECK(fixture.identity->issue_key(fixture.owner, {.name = hundred}));
}

TEST_CASE("nobody hands out more than he may", "[runtime][keys]") {
    IdentityFixture fixture;
    auto const narrow = fixture.key_of(
        fixture.owner,
        {.name = "narrow", .scopes = std::vector<std::string>{"memory:read", "keys:write"}});
    auto const refused = fixture.identity->issue_key(
        narrow.caller, {.name = "wide", .scopes = std::vector<std::string>{"memory:write"}});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason == "INSUFFICIENT_SCOPE");

    auto const heir = fixture.identity->issue_key(narrow.caller, {.name = "heir"}).value();
    CHECK(heir.key.permissions == PermissionSet{Permission::memory_read, Permission::keys_manage});

    auto const mute = fixture.key_of(
        fixture.owner, {.name = "mute", .scopes = std::vector<std::string>{"memory:read"}});
    auto const none = fixture.identity->issue_key(mute.caller, {.name = "child"});
    REQUIRE_FALSE(none);
    CHECK(none.error().reason == "INSUFFICIENT_SCOPE");
}

TEST_CASE("a user has at most 100 active keys", "[runtime][keys]") {
    IdentityFixture fixture;
    auto const expiring =
        fixture.identity->issue_key(fixture.owner, {.name = "k", .expires_days = 1}).value();
    for (std::size_t i = 2; i < active_keys_per_user; ++i) {
        REQUIRE(fixture.identity->issue_key(fixture.owner, {.name = "k"}));
    }
    auto const refused = refusal(fixture, {.name = "one too many"});
    CHECK(refused.kind == ErrorKind::conflict);
    CHECK(refused.reason == "KEY_LIMIT");

    SECTION("a revoked one makes room") {
        REQUIRE(fixture.identity->revoke_key(fixture.owner, expiring.key.id));
        CHECK(fixture.identity->issue_key(fixture.owner, {.name = "k"}));
    }
    SECTION("an expired one makes room") {
        fixture.clock.advance(std::chrono::hours{25});
        CHECK(fixture.identity->issue_key(fixture.owner, {.name = "k"}));
    }
}

TEST_CASE("revoking works once, from the next request on", "[runtime][keys]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "laptop"});
    fixture.clock.advance(std::chrono::seconds{5});
    auto const revoked = fixture.identity->revoke_key(fixture.owner, access.key).value();
    CHECK(revoked.revoked_at >= fixture.clock.now());
    CHECK_FALSE(fixture.identity->authenticate(access.secret));
    auto const again = fixture.identity->revoke_key(fixture.owner, access.key);
    REQUIRE_FALSE(again);
    CHECK(again.error().reason == "KEY_NOT_FOUND");

    fixture.open();
    CHECK_FALSE(fixture.identity->authenticate(access.secret));
    CHECK(fixture.identity->list_keys(fixture.owner)->total == 1);
    CHECK(fixture.identity->list_keys(fixture.owner, {.include_revoked = true})->total == 2);
}

TEST_CASE("a key may revoke itself without any permission", "[runtime][keys]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(
        fixture.owner, {.name = "reader", .scopes = std::vector<std::string>{"memory:read"}});
    auto const other = fixture.key_of(fixture.owner, {.name = "other"});
    auto const refused = fixture.identity->revoke_key(access.caller, other.key);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().reason == "INSUFFICIENT_SCOPE");
    CHECK(fixture.identity->revoke_key(access.caller, access.key));
    auto const dead = fixture.identity->revoke_key(access.caller, other.key);
    REQUIRE_FALSE(dead);
    CHECK(dead.error().kind == ErrorKind::unauthenticated);
}

TEST_CASE("who may revoke whose key", "[runtime][keys]") {
    IdentityFixture fixture;
    auto const tenant = fixture.owner_tenant();
    auto const member = fixture.add_member(Role::member, tenant);
    auto const admin = fixture.add_member(Role::admin, tenant);
    auto const stranger = fixture.add_member(Role::owner);
    auto const of_member = fixture.key_of(member, {.name = "m"}).key;
    auto const of_owner = fixture.key_of(fixture.owner, {.name = "o"}).key;
    CHECK(fixture.identity->revoke_key(member, of_owner).error().reason == "KEY_NOT_FOUND");
    CHECK(fixture.identity->revoke_key(stranger, of_member).error().reason == "KEY_NOT_FOUND");
    CHECK(fixture.identity->revoke_key(admin, of_member));
    CHECK(fixture.identity->revoke_key(admin, of_owner));
    CHECK(fixture.identity->list_keys(stranger)->total == 0);
    CHECK(fixture.identity->list_keys(admin)->total == 0);
}

TEST_CASE("keys are listed in pages, newest first", "[runtime][keys]") {
    IdentityFixture fixture;
    for (auto const* name : {"a", "b", "c", "d"}) {
        REQUIRE(fixture.identity->issue_key(fixture.owner, {.name = name}));
    }
    auto const page = fixture.identity->list_keys(fixture.owner, {.limit = 2, .offset = 1}).value();
    CHECK(page.total == 5);
    REQUIRE(page.items.size() == 2);
    CHECK(page.items.at(0).name == "c");
    CHECK(page.items.at(1).name == "b");
    CHECK(fixture.identity->list_keys(fixture.owner, {.limit = 0})->items.empty());
    CHECK(fixture.identity->list_keys(fixture.owner, {.limit = 1001}).error().kind ==
          ErrorKind::invalid);
}

} // namespace
} // namespace loci::tests
