#include "cli/run.hpp"

#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <iostream>
#include <unistd.h>

namespace {

/// The numeric libraries read these when they are loaded, so they must be set before this program
/// begins: each of our threads computes for itself, and theirs would fight for the cores.
void compute_on_one_thread(char** arguments) {
    if (std::getenv("OMP_NUM_THREADS") != nullptr &&
        std::getenv("OPENBLAS_NUM_THREADS") != nullptr) {
        return;
    }
    ::setenv("OMP_NUM_THREADS", "1", 0);
    ::setenv("OPENBLAS_NUM_THREADS", "1", 0);
    ::execv("/proc/self/exe", arguments);
}

/// A standard stream that the caller closed would be the next file that is opened, and what is
/// printed would go into that file. Writing to standard output fails then, as it should.
void keep_standard_streams() {
    for (auto const stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) == -1) {
            ::open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

std::optional<std::string> variable(std::string const& name) {
    auto const* value = std::getenv(name.c_str());
    return value != nullptr ? std::optional<std::string>{value} : std::nullopt;
}

} // namespace

int main(int count, char** arguments) {
    keep_standard_streams();
    compute_on_one_thread(arguments);
    std::ios::sync_with_stdio(false);
    loci::cli::Console console{std::cin, std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1};
    try {
        auto const code = loci::cli::run({arguments + 1, arguments + count}, variable, console,
                                         loci::system_environment());
        return static_cast<int>(code);
    } catch (std::exception const& failure) {
        std::cerr << "loci: this should not have happened: " << failure.what() << '\n';
    }
    return static_cast<int>(loci::cli::ExitCode::failure);
}
