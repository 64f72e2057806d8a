#pragma once
#include <loci/base/error.hpp>
#include <loci/memory/recall.hpp>
#include <optional>

namespace loci::recall {

/// What is wrong with a profile, if anything; the path starts with `profile.`.
std::optional<Error> check(memory::RecallProfile const& profile);

} // namespace loci::recall
