#include <loci/base/error.hpp>

#include <stdexcept>

namespace loci {

char const* to_string(ErrorKind kind) noexcept {
    switch (kind) {
    case ErrorKind::invalid:
        return "invalid";
    case ErrorKind::not_found:
        return "not_found";
    case ErrorKind::conflict:
        return "conflict";
    case ErrorKind::forbidden:
        return "forbidden";
    case ErrorKind::unauthenticated:
        return "unauthenticated";
    case ErrorKind::exhausted:
        return "exhausted";
    case ErrorKind::unavailable:
        return "unavailable";
    case ErrorKind::corrupt:
        return "corrupt";
    case ErrorKind::unknown_outcome:
        return "unknown_outcome";
    case ErrorKind::internal:
        return "internal";
    }
    return "internal";
}

Error invalid_field(std::string path, std::string rule, std::string message) {
    return {.kind = ErrorKind::invalid,
            .reason = "VALIDATION_ERROR",
            .message = std::move(message),
            .fields = {{.path = std::move(path), .rule = std::move(rule)}}};
}

void throw_exception_from_error(Error const& error, boost::source_location const&) {
    throw std::runtime_error(error.reason + ": " + error.message);
}

} // namespace loci
