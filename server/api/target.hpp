#pragma once
#include <loci/base/result.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loci::server {

/// A request target in origin form, taken apart. Text is decoded UTF-8.
struct Target {
    std::vector<std::string> segments; ///< an empty inner segment stays, and matches no route
    bool trailing_slash = false;       ///< one trailing empty segment was dropped
    std::vector<std::pair<std::string, std::string>> query; ///< in order, repeated names kept
    bool operator==(Target const&) const = default;
};

/// Pure. A leading run of `/` counts as one; `%2F` stays inside its segment; `.` and `..` are plain
/// text; in the query `+` is a space.
/// Errors: `invalid` (`MALFORMED_TARGET`: not in origin form, bad escape, bad UTF-8, or a control
/// character in the path).
Result<Target> parse_target(std::string_view target);

} // namespace loci::server
