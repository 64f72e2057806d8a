#pragma once
#include "identity/authority.hpp"
#include "identity/hash.hpp"

#include <loci/base/result.hpp>
#include <loci/base/scope.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <string_view>

namespace loci::runtime {

/// What a call with an idempotency key did: which record, and whether it made it.
struct CompletedRequest {
    Uuid subject;
    bool created = false;
};

/// What the caller's earlier call with this key did; nullopt when there was none.
/// Errors: `invalid` (malformed key), `conflict` (`IDEMPOTENCY_KEY_REUSED`: it asked for something
/// else).
Result<std::optional<CompletedRequest>> find_completed(store::ReadTransaction&, Account const&,
                                                       std::optional<IdempotencyKey> const&,
                                                       std::string_view operation,
                                                       Hash const& request);

/// Remembers it for a day, in the transaction of the change.
void record_completed(store::WriteTransaction&, Account const&,
                      std::optional<IdempotencyKey> const&, std::string_view operation,
                      Hash const& request, CompletedRequest const&);

} // namespace loci::runtime
