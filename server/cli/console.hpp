#pragma once
#include "cli/exit_code.hpp"

#include <boost/json/fwd.hpp>
#include <iosfwd>
#include <loci/base/error.hpp>
#include <string>
#include <string_view>

namespace loci::cli {

/// Where a command reads and writes: data to `out`, everything for people's eyes to `error`.
struct Console {
    std::istream& in;
    std::ostream& out;
    std::ostream& error;
    bool error_is_terminal = false;
};

/// One line of JSON on `out`.
void print_json(Console& console, boost::json::value const& value);

/// One clear sentence, with the faulty fields and what to do about it, on `error`.
void print_error(Console& console, Error const& error);

/// Prints the error and says how the command ends: `usage` for a faulty call, else `failure`.
ExitCode fail(Console& console, Error const& error);

/// Text for a terminal: control characters of stored text are shown, never carried out, and so are
/// bytes that are not UTF-8.
std::string printable(std::string_view text);

} // namespace loci::cli
