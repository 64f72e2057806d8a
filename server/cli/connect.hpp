#pragma once
#include "cli/client.hpp"
#include "cli/settings.hpp"

#include <loci/base/environment.hpp>
#include <loci/base/result.hpp>
#include <memory>

namespace loci::cli {

/// Whether a command may make a data directory that does not exist yet.
enum class Absent { refuse, create };

/// Finds what stands behind a command: the server of `--url`; else the directory itself when nobody
/// owns it; else the server that owns it.
/// Errors: `not_found` (no such directory), `conflict` (`DIRECTORY_IN_USE`: owned by a process that
/// serves nothing), `unauthenticated` (no key for the server), those of opening.
Result<std::unique_ptr<Client>> connect(Settings const& settings, Environment environment,
                                        Absent absent);

} // namespace loci::cli
