#pragma once
#include <loci/base/result.hpp>
#include <loci/memory/record.hpp>
#include <string>
#include <string_view>

namespace loci::memory {

/// One memory as one line of JSON, the form of `loci export` and `loci import`. Members have the
/// names of `NewMemory`, with coordinates and stamps beside them; instants are RFC 3339 with six
/// fraction digits; what is unset is left out. Without a line feed.
///
/// Reading a line that was written gives all that a `NewMemory` can hold. Left out: revision number
/// and key, times of the store itself, and the vector.
std::string exchange_line(Record const& record);

/// Reads one line; unknown members are ignored, null is absent.
/// Errors: `invalid` (not a JSON object, or a member of the wrong type: the field is named).
/// Lengths and ranges are the business of `Memory::write`.
Result<NewMemory> parse_exchange_line(std::string_view line);

} // namespace loci::memory
