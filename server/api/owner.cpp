#include "api/owner.hpp"

#include <algorithm>
#include <array>

namespace loci::server {
namespace {

using Words = std::span<std::string_view const>;

constexpr std::array<std::string_view, 11> relay_roots{
    "memories", "entities", "sessions", "decisions",  "patterns", "projects",
    "webhooks", "embed",    "quota",    "extraction", "stats"};
constexpr std::array<std::string_view, 5> rose_roots{"users", "organizations", "cluster",
                                                     "dashboard", "status"};
constexpr std::array<std::string_view, 5> mesh_agent_words{"me", "register", "heartbeat",
                                                           "dispatch-targets", "executions"};
constexpr std::array<std::string_view, 6> page_words{"health", "ready", "live",
                                                     "docs",   "redoc", "openapi.json"};

bool contains(Words words, std::string_view word) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Paths whose first segment is `v1`; `rest` is what follows it.
Owner owner_below_v1(std::span<std::string const> rest, bool has_relay_credential) noexcept {
    if (rest.empty()) {
        return Owner::memesh;
    }
    auto const& root = rest.front();
    if (contains(relay_roots, root)) {
        return Owner::memoryrelay;
    }
    if (root == "agents" && (rest.size() == 1 || !contains(mesh_agent_words, rest[1]))) {
        return Owner::memoryrelay;
    }
    if (root == "keys" && has_relay_credential) {
        return Owner::memoryrelay;
    }
    if (contains(rose_roots, root)) {
        return Owner::memorose;
    }
    if (rest.size() == 2 && root == "memory" && rest[1] == "context") {
        return Owner::memorose;
    }
    if (rest.size() == 1 && (root == "health" || root == "openapi.json")) {
        return Owner::pages;
    }
    return Owner::memesh;
}

Owner owner_at_root(std::span<std::string const> segments, bool has_relay_credential) noexcept {
    if (segments.empty()) {
        return Owner::pages;
    }
    auto const& root = segments.front();
    if (root == "v1") {
        return owner_below_v1(segments.subspan(1), has_relay_credential);
    }
    if (root == "v2") {
        return Owner::memoryrelay;
    }
    if (root == "dashboard") {
        return Owner::memorose;
    }
    if (root == "api" || root == "ui") {
        return Owner::memanto;
    }
    if (segments.size() == 1 && contains(page_words, root)) {
        return Owner::pages;
    }
    if (root == "console") {
        return Owner::console;
    }
    if (root == "mcp") {
        return Owner::mcp;
    }
    if (root == "a2a") {
        return Owner::a2a;
    }
    if (root == "metrics") {
        return Owner::metrics;
    }
    if (root == ".well-known") {
        return Owner::well_known;
    }
    return Owner::memesh;
}

bool is_served(Owner owner, ServedDialects const& served) noexcept {
    switch (owner) {
    case Owner::memanto:
        return served.memanto;
    case Owner::memorose:
        return served.memorose;
    case Owner::memoryrelay:
        return served.memoryrelay;
    default:
        return true;
    }
}

} // namespace

char const* to_string(Owner owner) noexcept {
    switch (owner) {
    case Owner::memesh:
        return "memesh";
    case Owner::memanto:
        return "memanto";
    case Owner::memorose:
        return "memorose";
    case Owner::memoryrelay:
        return "memoryrelay";
    case Owner::pages:
        return "pages";
    case Owner::console:
        return "console";
    case Owner::mcp:
        return "mcp";
    case Owner::a2a:
        return "a2a";
    case Owner::metrics:
        return "metrics";
    case Owner::well_known:
        return "well_known";
    }
    return "memesh";
}

Ownership owner_of(std::span<std::string const> segments, bool has_relay_credential,
                   ServedDialects const& served) noexcept {
    if (!segments.empty()) {
        for (auto const dialect :
             {Owner::memesh, Owner::memanto, Owner::memorose, Owner::memoryrelay}) {
            if (segments.front() == to_string(dialect) && is_served(dialect, served)) {
                return {dialect, 1};
            }
        }
    }
    auto const owner = owner_at_root(segments, has_relay_credential);
    return {is_served(owner, served) ? owner : Owner::memesh, 0};
}

bool is_relay_credential(std::string_view credential) noexcept {
    return credential.starts_with("mem_");
}

} // namespace loci::server
