#pragma once
#include <boost/json/fwd.hpp>
#include <cstddef>
#include <loci/base/result.hpp>
#include <string_view>

namespace loci::server {

/// Deepest nesting of arrays and objects in a body.
inline constexpr std::size_t json_depth_limit = 32;

/// Strict JSON (RFC 8259): refuses invalid UTF-8, lone surrogates, a name repeated in an object,
/// numbers beyond the range of double, nesting beyond the limit, anything after the value.
/// Errors: `invalid` (`MALFORMED_JSON`, detail `position`: byte offset, and `member` where a name
/// is repeated).
Result<boost::json::value> parse_json_body(std::string_view text);

} // namespace loci::server
