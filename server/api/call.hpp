#pragma once
#include "http/message.hpp"

#include <loci/memory/memory.hpp>
#include <loci/runtime/identity.hpp>
#include <loci/store/database.hpp>
#include <optional>

namespace loci::server {

struct Endpoint;
class SharedPages;

/// What handlers may call.
struct Services {
    memory::Memory& memory;
    runtime::Identity& identity;
    store::Database& database;
    SharedPages const& pages;
};

/// One request on its way through a handler.
struct Call {
    Services const& services;
    Endpoint const& endpoint;
    RequestHead const& head;
    runtime::Authenticated access{};
    int status = 200;  ///< of a success; begins as the endpoint declares it
    Headers headers{}; ///< of a success

    Caller const& caller() const noexcept { return access.caller; }
};

/// The refusal when the call's credential does not allow something: `forbidden`
/// (`INSUFFICIENT_ROLE`, or `INSUFFICIENT_SCOPE` where the role alone would do; detail
/// `required`).
std::optional<Error> missing_permission(Call const& call, runtime::Permission permission);

/// The same for what the call's endpoint needs.
std::optional<Error> missing_permission(Call const& call);

} // namespace loci::server
