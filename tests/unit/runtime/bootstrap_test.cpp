#include "unit/runtime/fixture.hpp"

#include <fstream>
#include <iterator>

namespace loci::tests {
namespace {

using namespace runtime;

TEST_CASE("the first start makes a tenant, its owner and one key", "[runtime][bootstrap]") {
    IdentityFixture fixture;
    auto const access = fixture.identity->authenticate(fixture.owner_secret);
    REQUIRE(access);
    CHECK(access->role == Role::owner);
    CHECK(access->permissions == permissions_of(Role::owner));
    CHECK(access->caller.tenant == fixture.owner.tenant);
    CHECK(access->caller.user == fixture.owner.user);
    CHECK(access->caller.tenant.starts_with("ten_"));
    CHECK(access->caller.user.starts_with("usr_"));
    CHECK(access->caller.agent == "owner");
}

TEST_CASE("a later start changes nothing", "[runtime][bootstrap]") {
    IdentityFixture fixture;
    fixture.open();
    auto const other = mint_secret(KeyStyle::memesh, fixture.random).text;
    auto const again = fixture.identity->bootstrap(other).value();
    CHECK(again.has_key);
    CHECK_FALSE(again.key_created);
    CHECK(again.caller == fixture.owner);
    CHECK_FALSE(fixture.identity->authenticate(other));
    CHECK(fixture.identity->authenticate(fixture.owner_secret));
    CHECK(fixture.identity->list_keys(fixture.owner)->total == 1);
}

TEST_CASE("an owner whose last key is gone gets a new one", "[runtime][bootstrap]") {
    IdentityFixture fixture;
    auto const keys = fixture.identity->list_keys(fixture.owner).value();
    REQUIRE(fixture.identity->revoke_key(fixture.owner, keys.items.at(0).id));
    CHECK_FALSE(fixture.identity->bootstrap().value().has_key);
    // The dead secret is not brought back to life.
    CHECK_FALSE(fixture.identity->bootstrap(fixture.owner_secret).value().has_key);
    auto const other = mint_secret(KeyStyle::memesh, fixture.random).text;
    CHECK(fixture.identity->bootstrap(other).value().key_created);
    CHECK(fixture.identity->authenticate(other));
}

TEST_CASE("a key of few rights does not keep the owner out", "[runtime][bootstrap]") {
    IdentityFixture fixture;
    fixture.key_of(fixture.owner, {.name = "reader", .scopes = {{"memory:read"}}});
    auto const keys = fixture.identity->list_keys(fixture.owner).value();
    for (auto const& key : keys.items) {
        if (key.name == "owner") {
            REQUIRE(fixture.identity->revoke_key(fixture.owner, key.id));
        }
    }
    auto const other = mint_secret(KeyStyle::memesh, fixture.random).text;
    CHECK(fixture.identity->bootstrap(other).value().key_created);
    CHECK(fixture.identity->authenticate(other)->permissions == permissions_of(Role::owner));
}

TEST_CASE("a damaged secret is not taken for a key", "[runtime][bootstrap]") {
    IdentityFixture fixture;
    for (std::string const text : {"", "mk_short", "hello"}) {
        auto const refused = fixture.identity->bootstrap(text);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::invalid);
    }
}

TEST_CASE("only hashes of secrets reach the disk", "[runtime][bootstrap]") {
    IdentityFixture fixture;
    auto const other = fixture.key_of(fixture.owner, {.name = "second"});
    fixture.open();
    std::size_t read = 0;
    for (auto const& entry :
         std::filesystem::recursive_directory_iterator{fixture.directory.path()}) {
        if (!entry.is_regular_file()) {
            continue;
        }
        std::ifstream file{entry.path(), std::ios::binary};
        std::string const bytes{std::istreambuf_iterator<char>{file}, {}};
        read += bytes.size();
        for (auto const& secret : {fixture.owner_secret, other.secret}) {
            INFO(entry.path());
            CHECK(bytes.find(secret) == std::string::npos);
            CHECK(bytes.find(secret.substr(3, 24)) == std::string::npos);
        }
    }
    CHECK(read > 4096);
}

} // namespace
} // namespace loci::tests
