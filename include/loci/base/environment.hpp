#pragma once
#include <loci/base/clock.hpp>
#include <loci/base/ids.hpp>
#include <loci/base/random.hpp>
#include <loci/base/transport.hpp>

namespace loci {

/// Everything nondeterministic that the libraries use. The referred objects must outlive their
/// users.
struct Environment {
    Clock const& clock;
    Random& random;
    IdSource& ids;
    Transport& transport;
};

/// The real clock, generator and network, made at first use and kept until the process ends.
Environment system_environment();

} // namespace loci
