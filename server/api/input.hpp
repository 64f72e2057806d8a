#pragma once
#include "api/shape.hpp"

#include <boost/json/value.hpp>

namespace loci::server {

/// What a request brings beside its head: the body, or the query as an object, with the path's
/// parameters among its members; and the faults found while it was put together.
struct Input {
    boost::json::value value{};
    Faults faults{};
};

} // namespace loci::server
