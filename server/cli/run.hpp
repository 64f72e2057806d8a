#pragma once
#include "cli/console.hpp"
#include "cli/settings.hpp"

#include <loci/base/environment.hpp>
#include <string>
#include <vector>

namespace loci::cli {

/// The whole program but the process around it. `words` are those after the program's name.
ExitCode run(std::vector<std::string> words, Lookup const& variables, Console& console,
             Environment environment);

} // namespace loci::cli
