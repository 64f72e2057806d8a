#pragma once
#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>

/// Compact JSON text, written straight into a string. Doubles are written in their shortest form
/// (`0.83`, never `8.3E-1` or `3.0`).
namespace loci::server::json_text {

void append(std::string& out, std::string_view text);
void append(std::string& out, std::int64_t number);
void append(std::string& out, double number); ///< `null` when not finite
void append(std::string& out, bool flag);
void append(std::string& out, boost::json::value const& value);

} // namespace loci::server::json_text
