#include "unit/runtime/fixture.hpp"

namespace loci::tests {
namespace {

using namespace runtime;

IdempotencyKey const once{"once"};

TEST_CASE("a repeated issue changes nothing and does not repeat the secret",
          "[runtime][idempotency]") {
    IdentityFixture fixture;
    auto const issued = fixture.identity->issue_key(fixture.owner, {.name = "k"}, once).value();
    auto const again = fixture.identity->issue_key(fixture.owner, {.name = "k"}, once);
    REQUIRE_FALSE(again);
    CHECK(again.error().kind == ErrorKind::conflict);
    CHECK(again.error().reason == "SECRET_ALREADY_SHOWN");
    CHECK(again.error().details == decltype(Error::details){{"id", to_string(issued.key.id)}});
    CHECK(fixture.identity->list_keys(fixture.owner)->total == 2);
}

TEST_CASE("a key that was used for another request is refused", "[runtime][idempotency]") {
    IdentityFixture fixture;
    REQUIRE(fixture.identity->issue_key(fixture.owner, {.name = "k"}, once));
    CHECK(fixture.identity->issue_key(fixture.owner, {.name = "other"}, once).error().reason ==
          "IDEMPOTENCY_KEY_REUSED");
    auto const stranger = fixture.add_member(Role::owner);
    CHECK(fixture.identity->issue_key(stranger, {.name = "other"}, once));
    for (auto const& text : {std::string{}, std::string(129, 'x'), std::string{"a\0b", 3}}) {
        CHECK(fixture.identity->issue_key(fixture.owner, {.name = "k"}, IdempotencyKey{text})
                  .error()
                  .fields.front()
                  .path == "idempotency_key");
    }
    std::string accented;
    for (int i = 0; i < 128; ++i) {
        accented += "ö";
    }
    CHECK(fixture.identity->issue_key(fixture.owner, {.name = "k"}, IdempotencyKey{accented}));
}

TEST_CASE("a repeated revocation answers as the first", "[runtime][idempotency]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "k"});
    auto const first = fixture.identity->revoke_key(fixture.owner, access.key, once).value();
    auto const again = fixture.identity->revoke_key(fixture.owner, access.key, once).value();
    CHECK(again.revoked_at == first.revoked_at);
    CHECK(fixture.identity->revoke_key(fixture.owner, access.key).error().reason ==
          "KEY_NOT_FOUND");
}

TEST_CASE("a repeated registration answers as the first", "[runtime][idempotency]") {
    IdentityFixture fixture;
    auto const access = fixture.key_of(fixture.owner, {.name = "k"});
    AgentRegistration const registration{.name = "worker"};
    CHECK(fixture.identity->register_agent(access.caller, registration, once)->first);
    CHECK(fixture.identity->register_agent(access.caller, registration, once)->first);
    CHECK_FALSE(fixture.identity->register_agent(access.caller, registration)->first);
}

TEST_CASE("after a day the key is forgotten", "[runtime][idempotency]") {
    IdentityFixture fixture;
    REQUIRE(fixture.identity->issue_key(fixture.owner, {.name = "k"}, once));
    fixture.clock.advance(std::chrono::hours{25});
    CHECK(fixture.identity->issue_key(fixture.owner, {.name = "another"}, once));
    CHECK(fixture.identity->issue_key(fixture.owner, {.name = "k"}, once).error().reason ==
          "IDEMPOTENCY_KEY_REUSED");
}

} // namespace
} // namespace loci::tests
