#include <loci/runtime/permissions.hpp>

#include "identity/errors.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace loci::runtime {
namespace {

using enum Permission;

constexpr std::array<char const*, permission_count> permission_words{
    "memory_read",     "memory_write",     "memory_erase", "runs_read",  "runs_write",
    "executions_work", "governance_write", "tenant_admin", "audit_read", "keys_manage"};

struct Scope {
    std::string_view word;
    PermissionSet permissions;
};

constexpr std::array<Scope, 9> scopes{{
    {"memory:read", {memory_read}},
    {"memory:write", {memory_write, memory_erase}},
    {"runs:read", {runs_read}},
    {"runs:write", {runs_write}},
    {"executions:work", {executions_work}},
    {"governance:write", {governance_write}},
    {"team:admin", {tenant_admin}},
    {"audit:read", {audit_read}},
    {"keys:write", {keys_manage}},
}};

constexpr std::array<char const*, 4> role_words{"VIEWER", "MEMBER", "ADMIN", "OWNER"};

std::string known_words() {
    std::array<std::string_view, scopes.size()> words{};
    std::transform(scopes.begin(), scopes.end(), words.begin(),
                   [](Scope const& scope) { return scope.word; });
    return fmt::format("{}", fmt::join(words, ", "));
}

std::optional<PermissionSet> find_scope(std::string_view word) {
    for (auto const& scope : scopes) {
        if (scope.word == word) {
            return scope.permissions;
        }
    }
    for (std::size_t i = 0; i < permission_words.size(); ++i) {
        if (permission_words[i] == word) {
            return PermissionSet{static_cast<Permission>(i)};
        }
    }
    return std::nullopt;
}

} // namespace

char const* to_string(Role role) noexcept {
    return role_words[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view word) noexcept {
    for (std::size_t i = 0; i < role_words.size(); ++i) {
        if (role_words[i] == word) {
            return static_cast<Role>(i);
        }
    }
    return std::nullopt;
}

char const* to_string(Permission permission) noexcept {
    return permission_words[static_cast<std::size_t>(permission)];
}

PermissionSet permissions_of(Role role) noexcept {
    PermissionSet permissions{memory_read, runs_read, keys_manage};
    if (role >= Role::member) {
        permissions = permissions | PermissionSet{memory_write, memory_erase, runs_write,
                                                  executions_work, governance_write};
    }
    if (role >= Role::admin) {
        permissions = permissions | PermissionSet{tenant_admin, audit_read};
    }
    return permissions;
}

Result<PermissionSet> parse_scopes(std::span<std::string const> words, std::string_view field) {
    PermissionSet permissions;
    for (std::size_t i = 0; i < words.size(); ++i) {
        auto const found = find_scope(words[i]);
        if (!found) {
            return broken_rule(fmt::format("{}[{}]", field, i), "enum", known_words(),
                               "unknown scope");
        }
        permissions = permissions | *found;
    }
    return permissions;
}

std::string_view scope_of(Permission permission) noexcept {
    auto const covers = [permission](Scope const& scope) {
        return scope.permissions.contains(permission);
    };
    return std::find_if(scopes.begin(), scopes.end(), covers)->word;
}

std::vector<std::string> scope_words(PermissionSet permissions) {
    std::vector<std::string> words;
    PermissionSet covered;
    for (auto const& scope : scopes) {
        if (permissions.contains_all(scope.permissions)) {
            words.emplace_back(scope.word);
            covered = covered | scope.permissions;
        }
    }
    for (std::size_t i = 0; i < permission_words.size(); ++i) {
        auto const permission = static_cast<Permission>(i);
        if (permissions.contains(permission) && !covered.contains(permission)) {
            words.emplace_back(permission_words[i]);
        }
    }
    return words;
}

} // namespace loci::runtime
