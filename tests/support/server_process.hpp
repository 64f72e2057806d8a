#pragma once
#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace loci::test {

/// A `loci serve` of its own on a free port of 127.0.0.1. Killed when this ends.
class ServerProcess {
public:
    /// Starts it and waits until it answers; throws when it ends or stays silent for a minute.
    ServerProcess(std::filesystem::path binary, std::filesystem::path directory,
                  std::vector<std::string> further_arguments = {});
    ~ServerProcess();
    ServerProcess(ServerProcess const&) = delete;
    ServerProcess& operator=(ServerProcess const&) = delete;

    std::string const& url() const noexcept { return url_; }

    std::string owner_key() const;

    pid_t pid() const noexcept { return pid_; }

    /// SIGKILL, and waits until the process is gone.
    void kill_nine();

    /// SIGTERM; returns the exit status as `waitpid` reports it.
    int terminate();

private:
    void wait_until_it_answers();
    std::filesystem::path directory_;
    std::string url_;
    pid_t pid_ = -1;
};

/// Runs a program to its end; its output goes to `output`. Returns the exit code, or 128 + the
/// signal.
int run_program(std::vector<std::string> const& arguments, std::string& output);

} // namespace loci::test
