#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace loci::server {

/// Whose tables a path is looked up in.
enum class Owner : std::uint8_t {
    memesh,
    memanto,
    memorose,
    memoryrelay,
    pages,
    console,
    mcp,
    a2a,
    metrics,
    well_known
};

char const* to_string(Owner owner) noexcept;

/// Dialects that are served. One that is off loses its paths, and its mount, to MeMesh, which is
/// always served.
struct ServedDialects {
    bool memanto = false;
    bool memorose = false;
    bool memoryrelay = false;

    static ServedDialects all() noexcept { return {true, true, true}; }
};

struct Ownership {
    Owner owner = Owner::memesh;
    std::size_t mount = 0; ///< leading segments that name an explicit mount: 0 or 1
    bool operator==(Ownership const&) const = default;
};

/// Pure: decides by segments alone, never by method. The one exception: `/v1/keys` belongs to
/// MemoryRelay when the credential presented is of its style.
Ownership owner_of(std::span<std::string const> segments, bool has_relay_credential,
                   ServedDialects const& served) noexcept;

/// Whether the text of a credential is of MemoryRelay's style.
bool is_relay_credential(std::string_view credential) noexcept;

} // namespace loci::server
