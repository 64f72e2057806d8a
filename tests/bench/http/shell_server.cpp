// The shell alone: a service that answers `/health` on the I/O thread.
#include "http/server.hpp"
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace {

class HealthService final : public loci::server::Service {
public:
    loci::server::Plan plan(loci::server::RequestHead const&) const override {
        return {.lane = loci::server::Lane::immediate, .route = "GET /health"};
    }

    std::optional<loci::server::Response> admit(loci::server::RequestHead const&) override {
        return std::nullopt;
    }

    loci::server::Response handle(loci::server::Request) override {
        return {.body = R"({"status":"healthy"})"};
    }

    loci::server::Response refuse(loci::server::RequestHead const&,
                                  loci::server::Refusal) const override {
        return {.status = 503};
    }
};

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s PORT THREADS\n", argv[0]);
        return 2;
    }
    HealthService service;
    loci::server::Server server({.listen = {std::string("127.0.0.1:") + argv[1]},
                                 .io_threads = static_cast<std::size_t>(std::atoi(argv[2]))},
                                service, loci::system_environment(),
                                loci::server::Log::to_standard_error(loci::server::LogFormat::text,
                                                                     loci::server::LogLevel::info));
    if (auto const started = server.start(); !started) {
        std::fprintf(stderr, "%s\n", started.error().message.c_str());
        return 1;
    }
    std::printf("%u\n", server.ports().front());
    std::fflush(stdout);
    ::pause();
}
