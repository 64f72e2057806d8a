#pragma once
#include <loci/runtime/key.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace loci::runtime {

std::optional<CredentialKind> parse_credential_kind(std::string_view word) noexcept;

/// Prefix, four characters, dots, the last four: enough to tell keys apart, too little to guess.
std::string mask(MintedSecret const& secret);

/// The first 12 characters, which two of the dialects show.
std::string shown_prefix(MintedSecret const& secret);

} // namespace loci::runtime
