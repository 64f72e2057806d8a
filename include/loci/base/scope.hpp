#pragma once
#include <compare>
#include <loci/base/ids.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace loci {

/// Who acts. Tenant and user come from the credential (or, in a library, from the host), never from
/// a request body.
struct Caller {
    std::string tenant = "local";
    std::string user = "local";
    std::optional<Uuid> key{};               ///< credential used
    std::optional<std::string> agent{};      ///< name of the agent that the credential stands for
    std::optional<std::string> request_id{}; ///< for logs and audit
    bool operator==(Caller const&) const = default;
};

/// A client's promise that two calls with the same key are one (1..128 characters).
struct IdempotencyKey {
    std::string text;
    bool operator==(IdempotencyKey const&) const = default;
};

/// Where a new record is put. Absent coordinates are unset; `space` absent means `default`.
/// Coordinates are client text and never change.
struct WriteScope {
    std::optional<std::string> subject{};      ///< an end user of the application
    std::optional<std::string> organization{}; ///< `default` means unset
    std::optional<std::string> agent{};        ///< namespace of an agent; `default` means unset
    std::optional<std::string> space{};
    std::optional<std::string> session{}; ///< a stream of turns: the episode
    std::optional<std::string> project{};
    auto operator<=>(WriteScope const&) const = default;
};

/// How a read restricts one coordinate.
struct Any {
    bool operator==(Any const&) const = default;
};

struct Unset {
    bool operator==(Unset const&) const = default;
};

struct Exactly {
    std::string value;
    bool operator==(Exactly const&) const = default;
};

struct ExactlyOrUnset {
    std::string value;
    bool operator==(ExactlyOrUnset const&) const = default;
};

struct OneOf {
    std::vector<std::string> values;
    bool operator==(OneOf const&) const = default;
};

using CoordinateFilter = std::variant<Any, Exactly, Unset, ExactlyOrUnset, OneOf>;

/// Which records a read may see, besides the fixed rule: tenant equal, and user equal or space
/// starting `team:`. `default` names the unset agent, space and organization, in both directions.
struct ReadScope {
    CoordinateFilter subject{};
    CoordinateFilter organization{};
    CoordinateFilter agent{};
    CoordinateFilter space{};
    CoordinateFilter session{};
    CoordinateFilter project{};
    bool operator==(ReadScope const&) const = default;
};

} // namespace loci
