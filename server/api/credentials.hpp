#pragma once
#include "api/dialect.hpp"
#include "http/message.hpp"

#include <loci/base/result.hpp>
#include <optional>
#include <string>

namespace loci::server {

/// The secret that a request presents, by its dialect's rules. Pure.
/// Errors: `unauthenticated` (`UNAUTHENTICATED`: none, one header twice, malformed, or several that
/// differ where they must not).
Result<std::string> presented_credential(Dialect const& dialect, RequestHead const& head);

/// Whether any credential header holds one of MemoryRelay's style.
bool presents_relay_credential(RequestHead const& head) noexcept;

/// The one refusal of every credential that is not good, without a hint why.
Error unauthenticated();

} // namespace loci::server
