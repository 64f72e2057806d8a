#include "store/engine.hpp"

namespace loci::store {

Error to_error(EngineError const& error) {
    auto const make = [&](ErrorKind kind, char const* reason) {
        return Error{.kind = kind, .reason = reason, .message = error.what()};
    };
    switch (error.failure()) {
    case Failure::busy:
        return make(ErrorKind::unavailable, "STORE_BUSY");
    case Failure::full:
        return make(ErrorKind::unavailable, "DISK_FULL");
    case Failure::input_output:
        return make(ErrorKind::unavailable, "STORE_INPUT_OUTPUT");
    case Failure::cannot_open:
        return make(ErrorKind::unavailable, "STORE_CANNOT_OPEN");
    case Failure::corrupt:
        return make(ErrorKind::corrupt, "DATABASE_CORRUPT");
    case Failure::foreign:
        return make(ErrorKind::conflict, "NOT_A_LOCI_DATABASE");
    case Failure::other:
        break;
    }
    return make(ErrorKind::internal, "STORE_INVARIANT");
}

} // namespace loci::store
