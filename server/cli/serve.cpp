#include "api/service.hpp"
#include "cli/commands.hpp"
#include "cli/host.hpp"
#include "cli/maintenance.hpp"
#include "cli/owner_key.hpp"
#include "cli/signals.hpp"
#include "http/server.hpp"

#include <fmt/format.h>
#include <loci/store/server_file.hpp>
#include <ostream>
#include <sys/resource.h>
#include <unistd.h>

namespace loci::cli {
namespace {

void raise_file_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

server::Log make_log(Settings const& settings) {
    auto const format =
        settings.log_format == "json" ? server::LogFormat::json : server::LogFormat::text;
    auto const level = settings.log_level == "debug"     ? server::LogLevel::debug
                       : settings.log_level == "warning" ? server::LogLevel::warning
                       : settings.log_level == "error"   ? server::LogLevel::error
                                                         : server::LogLevel::info;
    return server::Log::to_standard_error(format, level);
}

server::ServerOptions server_options(Settings const& settings) {
    server::ServerOptions options;
    options.listen = settings.listen;
    options.cors_origins = settings.cors_origins;
    options.max_connections = settings.max_connections;
    options.stop_timeout = std::chrono::seconds{settings.stop_timeout};
    if (settings.tls_certificate) {
        options.certificate_file = settings.tls_certificate->string();
        options.key_file = settings.tls_key->string();
    }
    return options;
}

/// The server's words about its options, in those of the settings.
Error in_settings(Error error, Settings const& settings) {
    for (auto& field : error.fields) {
        auto const is_certificate = field.path == "certificate_file";
        if (is_certificate || field.path == "key_file") {
            field.path = is_certificate ? "tls-certificate" : "tls-key";
            error.message = fmt::format(
                "--{} {} {}", field.path,
                (is_certificate ? settings.tls_certificate : settings.tls_key)->string(),
                error.message);
        }
    }
    return error;
}

/// Where clients on this machine reach the listener: its own address, or loopback for "all".
std::string url_of(Settings const& settings, std::string const& listen, std::uint16_t port) {
    auto host = listen.substr(0, listen.rfind(':'));
    if (host == "0.0.0.0" || host.empty()) {
        host = "127.0.0.1";
    } else if (host == "[::]") {
        host = "[::1]";
    }
    return fmt::format("{}://{}:{}", settings.tls_certificate ? "https" : "http", host, port);
}

/// What the first lines say about the owner's key.
struct OwnerKey {
    std::optional<std::string> fresh; ///< made just now: shown this once
    bool file_exists = false;
};

/// Makes the owner, and a key when none is active. The key is on disk before it counts, so that a
/// crash in between loses nothing.
Result<OwnerKey> ensure_owner_key(runtime::Identity& identity, Settings const& settings,
                                  Random& random) {
    auto const owner = identity.bootstrap();
    if (!owner) {
        return owner.error();
    }
    if (owner->has_key) {
        std::error_code failure;
        return OwnerKey{{}, std::filesystem::exists(owner_key_file(settings.data), failure)};
    }
    auto const secret = runtime::mint_secret(runtime::KeyStyle::memesh, random).text;
    if (auto const written = write_owner_key(settings.data, secret); !written) {
        return written.error();
    }
    auto const made = identity.bootstrap(secret);
    if (!made) {
        return made.error();
    }
    return OwnerKey{secret, true};
}

/// Before the server listens: should that fail, the key was shown all the same.
void show_key(Console& console, Settings const& settings, OwnerKey const& key) {
    auto& out = console.out;
    if (key.fresh) {
        out << fmt::format("The owner's API key, shown this once and kept in {}:\n\n  {}\n\n",
                           owner_key_file(settings.data).string(), *key.fresh);
    } else if (!key.file_exists) {
        out << "There is no owner.key here: use a key that you have, or stop the server and make "
               "one with `loci keys create NAME`.\n";
    }
    out.flush();
}

void greet(Console& console, Settings const& settings, std::string const& url,
           OwnerKey const& key) {
    auto& out = console.out;
    out << fmt::format("Loci {} serves {} at {}\n", version(), settings.data.string(), url);
    if (key.file_exists) {
        auto const trust = settings.tls_certificate
                               ? " --cacert " + settings.tls_certificate->string()
                               : std::string{};
        out << fmt::format("Try:  curl{} -H \"x-api-key: $(cat {})\" -H 'content-type: "
                           "application/json' \\\n"
                           "        -d '{{\"content\": \"Ines prefers aisle seats\"}}' "
                           "{}/v1/memory/write\n"
                           "      loci recall --data {} \"where does Ines like to sit?\"\n",
                           trust, owner_key_file(settings.data).string(), url,
                           settings.data.string());
    }
    out << fmt::format("API:  {}/docs   Stop: Ctrl-C\n", url);
    out.flush();
}

/// Says in `server.json` where the server is, as long as it listens.
class Announcement {
public:
    explicit Announcement(std::filesystem::path directory)
        : directory_(std::move(directory)) {
        store::remove_server_file(directory_); // of a process that was killed
    }

    Announcement(Announcement const&) = delete;
    Announcement& operator=(Announcement const&) = delete;

    ~Announcement() { withdraw(); }

    Result<store::Done> publish(std::string const& url, Settings const& settings) {
        store::ServerFile file{.pid = ::getpid(), .url = url};
        if (settings.tls_certificate) {
            std::error_code failure;
            file.certificate =
                std::filesystem::absolute(*settings.tls_certificate, failure).string();
        }
        return store::write_server_file(directory_, file);
    }

    void withdraw() { store::remove_server_file(directory_); }

private:
    std::filesystem::path directory_;
};

memory::EmbeddingObserver observer_into(server::Log const& log) {
    auto const write_change = [log](std::string_view text, memory::EmbeddingStatus const& status) {
        auto const incoming = status.incoming.value_or("");
        log.write(server::LogLevel::info, text,
                  {{"model", std::string_view{status.serving}},
                   {"incoming", std::string_view{incoming}},
                   {"embedded", static_cast<std::int64_t>(status.embedded)},
                   {"revisions", static_cast<std::int64_t>(status.revisions)}});
    };
    return {.waits =
                [log](Error const& error) {
                    log.write(server::LogLevel::warning, "embedding has to wait",
                              {{"reason", std::string_view{error.reason}},
                               {"message", std::string_view{error.message}}});
                },
            .recovers = [log] { log.write(server::LogLevel::info, "embedding goes on"); },
            .changes =
                [write_change](memory::EmbeddingStatus const& status) {
                    write_change("embedding again by another model", status);
                },
            .changed =
                [write_change](memory::EmbeddingStatus const& status) {
                    write_change("the other model serves", status);
                }};
}

Result<int> serve(Context const& context, StopSignals& signals) {
    auto const& settings = context.settings;
    auto const host = Host::open({.directory = settings.data,
                                  .maximum_bytes = settings.maximum_size,
                                  .memory_budget = settings.memory_budget,
                                  .embedding = settings.embedding,
                                  .chat = settings.chat,
                                  .keeps_model = false},
                                 context.environment);
    if (!host) {
        return host.error();
    }
    auto const log = make_log(settings);
    Announcement announcement{settings.data};
    auto const key = ensure_owner_key((*host)->identity(), settings, context.environment.random);
    if (!key) {
        return key.error();
    }
    show_key(context.console, settings, *key);
    server::Api api{
        (*host)->memory(), (*host)->identity(), (*host)->database(), {.version = version()}};
    server::Server server{server_options(settings), api, context.environment, log};
    api.show_statistics_of([&server] { return server.statistics(); });
    Maintenance const maintenance{(*host)->database(), context.environment.clock, log};
    (*host)->embed_in_background(observer_into(log));
    if (auto const started = server.start(); !started) {
        return in_settings(started.error(), settings);
    }
    auto const url = url_of(settings, settings.listen.front(), server.ports().front());
    if (auto const published = announcement.publish(url, settings); !published) {
        return published.error();
    }
    greet(context.console, settings, url, *key);
    for (std::size_t i = 0; i < settings.listen.size(); ++i) {
        auto const address = url_of(settings, settings.listen[i], server.ports()[i]);
        log.write(server::LogLevel::info, "listening", {{"url", std::string_view{address}}});
    }
    auto const signal = signals.wait();
    log.write(server::LogLevel::info, "stopping", {{"signal", std::int64_t{signal}}});
    announcement.withdraw();
    server.stop();
    log.write(server::LogLevel::info, "stopped");
    return signal;
}

} // namespace

ExitCode run(ServeCommand const&, Context const& context) {
    raise_file_limit();
    StopSignals signals;
    auto const stopped = serve(context, signals);
    return stopped ? ExitCode::success : fail(context.console, stopped.error());
}

} // namespace loci::cli
