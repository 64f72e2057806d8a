#pragma once
#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

namespace loci::tests {

/// Where `value` breaks `schema`; empty when it keeps it. Knows the part of JSON Schema that our
/// documents use, and is stricter in one point: a member that the schema does not name is a breach.
std::vector<std::string> breaches(boost::json::value const& schema, boost::json::value const& value,
                                  boost::json::value const& document);

} // namespace loci::tests
