#pragma once
#include <boost/assert/source_location.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace loci {

/// What a caller can do about a failure. Few on purpose; `Error::reason` says exactly what
/// happened.
enum class ErrorKind : std::uint8_t {
    invalid,         ///< the input is wrong: mend the call
    not_found,       ///< no such record, or it belongs to somebody else
    conflict,        ///< the state does not allow it: read again and decide again
    forbidden,       ///< the caller is known and may not
    unauthenticated, ///< the caller is not known
    exhausted,       ///< a quota or a rate limit is used up
    unavailable,     ///< try later: disk full, deadline passed, queue full
    corrupt,         ///< stored data fails its own checks
    unknown_outcome, ///< a commit whose fate is not known: retry only with an idempotency key
    internal         ///< a broken invariant of ours
};

/// Lower-case name of a kind, e.g. `not_found`.
char const* to_string(ErrorKind kind) noexcept;

/// One input field that breaks a rule. `path` is written as a client would, e.g.
/// `memories[3].content`.
struct FieldError {
    std::string path;
    std::string
        rule; ///< `required`, `type`, `minLength`, `maxLength`, `pattern`, `enum`, `minimum`, …
    std::variant<std::monostate, std::int64_t, double, std::string> limit{};
    bool operator==(FieldError const&) const = default;
};

/// A value in `Error::details`.
using ErrorDetail = std::variant<std::string, std::int64_t, std::vector<std::string>>;

/// Why an operation did not succeed. Never contains stored content, credentials, or foreign paths.
struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string reason;  ///< stable code such as `VALIDATION_ERROR` or `MEMORY_NOT_FOUND`
    std::string message; ///< for people; may change between releases
    std::vector<FieldError> fields{};
    std::vector<std::pair<std::string, ErrorDetail>> details{};
    bool operator==(Error const&) const = default;
};

/// One faulty field: kind `invalid`, reason `VALIDATION_ERROR`.
Error invalid_field(std::string path, std::string rule, std::string message);

/// `Result::value()` on an error ends here: it throws `std::runtime_error` with reason and message.
[[noreturn]] void throw_exception_from_error(Error const& error,
                                             boost::source_location const& where);

} // namespace loci
