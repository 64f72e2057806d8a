#pragma once

namespace loci::cli {

/// How a command ends, by common habit.
enum class ExitCode : int { success = 0, failure = 1, usage = 2 };

} // namespace loci::cli
