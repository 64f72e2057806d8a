#include "support/server_process.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <loci/base/transport.hpp>
#include <loci/store/server_file.hpp>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace loci::test {
namespace {

std::vector<char*> as_arguments(std::vector<std::string> const& words) {
    std::vector<char*> pointers;
    for (auto const& word : words) {
        pointers.push_back(const_cast<char*>(word.c_str())); // execv takes them unchanged
    }
    pointers.push_back(nullptr);
    return pointers;
}

int wait_for(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

} // namespace

ServerProcess::ServerProcess(std::filesystem::path binary, std::filesystem::path directory,
                             std::vector<std::string> further_arguments)
    : directory_(std::move(directory)) {
    std::filesystem::create_directories(directory_);
    std::vector<std::string> words{binary.string(),     "serve",    "--data",
                                   directory_.string(), "--listen", "127.0.0.1:0"};
    words.insert(words.end(), further_arguments.begin(), further_arguments.end());
    auto arguments = as_arguments(words);
    auto const log =
        (directory_.parent_path() / (directory_.filename().string() + ".log")).string();
    pid_ = ::fork();
    if (pid_ == 0) {
        auto const file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(file, STDOUT_FILENO);
        ::dup2(file, STDERR_FILENO);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    if (pid_ < 0) {
        throw std::runtime_error{"fork failed"};
    }
    wait_until_it_answers();
}

void ServerProcess::wait_until_it_answers() {
    auto const transport = curl_transport();
    auto const give_up = std::chrono::steady_clock::now() + std::chrono::minutes{1};
    while (std::chrono::steady_clock::now() < give_up) {
        auto const file = store::read_server_file(directory_);
        if (file && *file && (*file)->pid == pid_) {
            url_ = (*file)->url;
            auto const answer = transport->send({.url = url_ + "/health"});
            if (answer && answer->status == 200) {
                return;
            }
        }
        int status = 0;
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            throw std::runtime_error{fmt::format("the server ended at start, status {}", status)};
        }
        std::this_thread::yield();
    }
    kill_nine();
    throw std::runtime_error{"the server did not answer within a minute"};
}

std::string ServerProcess::owner_key() const {
    std::string key;
    std::getline(std::ifstream{directory_ / "owner.key"}, key);
    return key;
}

void ServerProcess::kill_nine() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        wait_for(std::exchange(pid_, -1));
    }
}

int ServerProcess::terminate() {
    ::kill(pid_, SIGTERM);
    return wait_for(std::exchange(pid_, -1));
}

ServerProcess::~ServerProcess() {
    kill_nine();
}

int run_program(std::vector<std::string> const& arguments, std::string& output) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw std::runtime_error{"pipe failed"};
    }
    auto pointers = as_arguments(arguments);
    auto const pid = ::fork();
    if (pid == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::dup2(ends[1], STDERR_FILENO);
        ::execv(pointers[0], pointers.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
        output.append(buffer.data(), static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    auto const status = wait_for(pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace loci::test
