#include "support/result_text.hpp"

#include <array>
#include <loci/runtime/permissions.hpp>

namespace loci::runtime {
namespace {

using enum Permission;

TEST_CASE("a role allows what the weaker one allows, and more", "[runtime][permissions]") {
    auto const viewer = permissions_of(Role::viewer);
    auto const member = permissions_of(Role::member);
    auto const admin = permissions_of(Role::admin);
    CHECK(viewer == PermissionSet{memory_read, runs_read, keys_manage});
    CHECK(member == (viewer | PermissionSet{memory_write, memory_erase, runs_write, executions_work,
                                            governance_write}));
    CHECK(admin == (member | PermissionSet{tenant_admin, audit_read}));
    CHECK(permissions_of(Role::owner) == admin);
}

TEST_CASE("scope words are read and unknown ones refused by place", "[runtime][permissions]") {
    std::vector<std::string> const both{"memory:read", "memory:write"};
    CHECK(*parse_scopes(both) == PermissionSet{memory_read, memory_write, memory_erase});
    std::vector<std::string> const exact{"memory_write"};
    CHECK(*parse_scopes(exact) == PermissionSet{memory_write});

    std::vector<std::string> const wrong{"memory:read", "memory:everything"};
    auto const refused = parse_scopes(wrong);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::invalid);
    CHECK(refused.error().fields.at(0).path == "scopes[1]");
    auto const limit = std::get<std::string>(refused.error().fields.at(0).limit);
    CHECK(limit.starts_with("memory:read, memory:write, "));
    CHECK(limit.ends_with(", keys:write"));
}

TEST_CASE("every set of permissions is printed in words that mean the same",
          "[runtime][permissions]") {
    for (unsigned bits = 0; bits < 1U << permission_count; ++bits) {
        PermissionSet set;
        for (unsigned i = 0; i < permission_count; ++i) {
            if ((bits >> i & 1U) != 0) {
                set = set | PermissionSet{static_cast<Permission>(i)};
            }
        }
        REQUIRE(*parse_scopes(scope_words(set)) == set);
    }
    CHECK(scope_words({memory_read, memory_write}) ==
          std::vector<std::string>{"memory:read", "memory_write"});
}

TEST_CASE("every permission has a scope that covers it", "[runtime][permissions]") {
    for (unsigned i = 0; i < permission_count; ++i) {
        auto const permission = static_cast<Permission>(i);
        std::array const words{std::string{scope_of(permission)}};
        CHECK(parse_scopes(words)->contains(permission));
    }
    CHECK(scope_of(memory_erase) == "memory:write");
}

TEST_CASE("roles are named in capitals", "[runtime][permissions]") {
    for (auto const role : {Role::viewer, Role::member, Role::admin, Role::owner}) {
        CHECK(parse_role(to_string(role)) == role);
    }
    CHECK_FALSE(parse_role("owner"));
}

} // namespace
} // namespace loci::runtime
