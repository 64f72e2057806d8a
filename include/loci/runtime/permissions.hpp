#pragma once
#include <cstdint>
#include <initializer_list>
#include <loci/base/result.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::runtime {

/// What a member may be in a tenant, weakest first.
enum class Role : std::uint8_t { viewer, member, admin, owner };

/// One thing that a credential may allow. Erasing memories is apart from writing them.
enum class Permission : std::uint8_t {
    memory_read,
    memory_write,
    memory_erase,
    runs_read,
    runs_write,
    executions_work,
    governance_write,
    tenant_admin,
    audit_read,
    keys_manage
};

inline constexpr std::uint8_t permission_count = 10;

/// `OWNER`, `ADMIN`, `MEMBER`, `VIEWER`.
char const* to_string(Role role) noexcept;
std::optional<Role> parse_role(std::string_view word) noexcept;

/// The permission's own word, e.g. `memory_erase`.
char const* to_string(Permission permission) noexcept;

class PermissionSet {
public:
    constexpr PermissionSet() noexcept = default;

    constexpr PermissionSet(std::initializer_list<Permission> permissions) noexcept {
        for (auto const permission : permissions) {
            bits_ = static_cast<std::uint16_t>(bits_ | bit(permission));
        }
    }

    constexpr bool contains(Permission permission) const noexcept {
        return (bits_ & bit(permission)) != 0;
    }

    constexpr bool contains_all(PermissionSet other) const noexcept {
        return (bits_ & other.bits_) == other.bits_;
    }

    constexpr bool empty() const noexcept { return bits_ == 0; }

    constexpr PermissionSet operator|(PermissionSet other) const noexcept {
        return PermissionSet{static_cast<std::uint16_t>(bits_ | other.bits_)};
    }

    constexpr PermissionSet operator&(PermissionSet other) const noexcept {
        return PermissionSet{static_cast<std::uint16_t>(bits_ & other.bits_)};
    }

    bool operator==(PermissionSet const&) const = default;

private:
    static constexpr std::uint16_t bit(Permission permission) noexcept {
        return static_cast<std::uint16_t>(1U << static_cast<unsigned>(permission));
    }

    explicit constexpr PermissionSet(std::uint16_t bits) noexcept
        : bits_(bits) {}

    std::uint16_t bits_ = 0;
};

/// The whole role matrix.
PermissionSet permissions_of(Role role) noexcept;

/// Reads scope words: `memory:read memory:write runs:read runs:write executions:work
/// governance:write team:admin audit:read keys:write`, where `memory:write` covers writing and
/// erasing, and each permission's own word for exactly that one (`memory_write`).
/// Errors: `invalid` (an unknown word; the field is `<field>[i]`).
Result<PermissionSet> parse_scopes(std::span<std::string const> words,
                                   std::string_view field = "scopes");

/// The word of the scope that covers a permission: `memory:write` for erasing, too.
std::string_view scope_of(Permission permission) noexcept;

/// The fewest words that `parse_scopes` reads back as the same set, in a fixed order.
std::vector<std::string> scope_words(PermissionSet permissions);

} // namespace loci::runtime
