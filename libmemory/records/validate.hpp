#pragma once
#include <loci/base/error.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/record.hpp>
#include <optional>
#include <string_view>

namespace loci::memory {

/// Every fault of the input at once: kind `invalid`, one `FieldError` a field, `prefix` before its
/// path. Nullopt: sound.
std::optional<Error> check(NewMemory const& item, std::string_view prefix = {});
std::optional<Error> check(Patch const& patch);
std::optional<Error> check(Caller const& caller);
std::optional<Error> check(IdempotencyKey const& key);
std::optional<Error> check_spaces(std::vector<std::string> const& spaces);
std::optional<Error> check_confidence(std::optional<double> confidence);

/// Faults that only values which are both in the row and in a patch can show.
std::optional<Error> check_valid_time(std::optional<Timestamp> from, std::optional<Timestamp> to);

/// The form in which sound input is stored: tags trimmed and without repetitions, `default` agent
/// and organization unset, the space named.
NewMemory normalised(NewMemory item);
std::vector<std::string> normalised_tags(std::vector<std::string> const& tags);

} // namespace loci::memory
