#pragma once
#include <cstddef>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/ids.hpp>
#include <loci/base/random.hpp>
#include <loci/base/result.hpp>
#include <loci/runtime/permissions.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loci::runtime {

/// Identity of a credential, printed `key_…`.
struct KeyId {
    Uuid value;
    auto operator<=>(KeyId const&) const = default;
};

std::string to_string(KeyId id);
std::optional<KeyId> parse_key_id(std::string_view text);

/// What a credential is for.
enum class CredentialKind : std::uint8_t { key, session, login };

/// How a key's text looks. Any live key works everywhere: no style grants or refuses anything.
enum class KeyStyle : std::uint8_t {
    memesh,        ///< `mk_`, 40 random and 6 checksum characters of base 62
    memesh_legacy, ///< `sk_memmesh_`, 40 random characters of base 62
    memorose,      ///< `sk_`, 36 random alphanumeric characters
    memoryrelay    ///< `mem_prod_`, 64 random hexadecimal digits
};

char const* to_string(CredentialKind kind) noexcept;
char const* to_string(KeyStyle style) noexcept;
std::optional<KeyStyle> parse_key_style(std::string_view word) noexcept;

/// The text of a new key, made outside any transaction.
struct MintedSecret {
    KeyStyle style = KeyStyle::memesh;
    std::string text;
};

MintedSecret mint_secret(KeyStyle style, Random& random);

/// The style that the text has; nullopt for anything that was never minted (also a `mk_` text whose
/// checksum is wrong).
std::optional<KeyStyle> recognise_style(std::string_view secret);

/// A key to be made.
struct NewKey {
    std::string name;                                 ///< 1..100 characters, not blank
    std::optional<std::vector<std::string>> scopes{}; ///< absent: all that the caller may
    std::optional<std::int64_t> expires_days{};       ///< 1..3650; absent: never
    KeyStyle style = KeyStyle::memesh;
    std::optional<std::string> organization{}; ///< a label, at most 256 bytes
};

/// A key as it is listed: everything but the secret.
struct Key {
    KeyId id;
    std::string user; ///< `usr_…`
    std::string name;
    KeyStyle style = KeyStyle::memesh;
    std::string masked;        ///< e.g. `mk_a1b2...z9y8`
    std::string prefix;        ///< the secret's first 12 characters
    PermissionSet permissions; ///< what the key allows now: its own scopes, within the role
    std::optional<std::string> organization{};
    Timestamp created_at;
    std::optional<Timestamp> last_used_at{};
    std::optional<Timestamp> expires_at{};
    std::optional<Timestamp> revoked_at{};
};

struct IssuedKey {
    Key key;
    std::string secret; ///< shown once, never stored
};

struct KeyQuery {
    bool include_revoked = false;
    std::size_t limit = 100; ///< 0..1000
    std::size_t offset = 0;
};

struct KeyPage {
    std::vector<Key> items;
    std::size_t total = 0;
};

/// Keys of one user that may be active at once.
inline constexpr std::size_t active_keys_per_user = 100;

} // namespace loci::runtime
