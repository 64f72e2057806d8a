#include "cli/connect.hpp"

#include "cli/host.hpp"
#include "cli/local_client.hpp"
#include "cli/owner_key.hpp"
#include "cli/remote_client.hpp"

#include <chrono>
#include <fmt/format.h>
#include <loci/store/server_file.hpp>

namespace loci::cli {
namespace {

constexpr std::chrono::seconds owner_patience{10};
constexpr std::chrono::milliseconds between_attempts{20};

/// The key to show: given, in the file that is named, or the owner's.
Result<std::string> find_key(Settings const& settings, bool owner_key_counts) {
    if (settings.key) {
        return *settings.key;
    }
    auto const file =
        settings.key_file
            ? settings.key_file
            : (owner_key_counts ? std::optional{owner_key_file(settings.data)} : std::nullopt);
    if (file) {
        auto const key = read_key_file(*file);
        if (!key) {
            return key.error();
        }
        if (*key) {
            return **key;
        }
        if (settings.key_file) {
            return Error{ErrorKind::not_found, "KEY_FILE_NOT_FOUND",
                         fmt::format("the key file {} does not exist", file->string())};
        }
    }
    return Error{ErrorKind::unauthenticated, "NO_KEY", "the server wants an API key"};
}

Result<std::unique_ptr<Client>> connect_to(std::string url, std::string certificate,
                                           Settings const& settings, Environment environment,
                                           bool owner_key_counts) {
    auto key = find_key(settings, owner_key_counts);
    if (!key) {
        return key.error();
    }
    if (settings.certificate_authority) {
        certificate = settings.certificate_authority->string();
    }
    return std::make_unique<RemoteClient>(
        environment.transport,
        RemoteAddress{std::move(url), std::move(*key), std::move(certificate)});
}

Error in_use(Settings const& settings) {
    return {ErrorKind::conflict, "DIRECTORY_IN_USE",
            fmt::format("another process uses {} and serves no requests", settings.data.string())};
}

/// The server that owns the directory; nullptr when its owner serves nothing (yet).
Result<std::unique_ptr<Client>> connect_to_owner(Settings const& settings,
                                                 Environment environment) {
    auto const server = store::read_server_file(settings.data);
    if (!server) {
        return server.error();
    }
    if (!*server) {
        return std::unique_ptr<Client>{};
    }
    return connect_to((*server)->url, (*server)->certificate.value_or(""), settings, environment,
                      true);
}

Result<std::unique_ptr<Client>> open_directory(Settings const& settings, Environment environment,
                                               Absent absent) {
    auto host = Host::open({.directory = settings.data,
                            .create = absent == Absent::create,
                            .maximum_bytes = settings.maximum_size,
                            .memory_budget = settings.memory_budget,
                            .embedding = settings.embedding},
                           environment);
    if (!host) {
        return host.error();
    }
    auto const owner = (*host)->identity().bootstrap();
    if (!owner) {
        return owner.error();
    }
    if ((*host)->embeds_locally() && (*host)->memory().serving_model().is_changing) {
        (*host)->embed_in_background({}); // as far as it comes while the command runs
    }
    return std::make_unique<LocalClient>(std::move(*host), owner->caller);
}

} // namespace

Result<std::unique_ptr<Client>> connect(Settings const& settings, Environment environment,
                                        Absent absent) {
    if (settings.url) {
        return connect_to(*settings.url, {}, settings, environment, false);
    }
    std::error_code failure;
    if (absent == Absent::refuse && !std::filesystem::exists(settings.data, failure)) {
        return Error{ErrorKind::not_found, "NO_DATA",
                     fmt::format("there is no data in {} yet: store something with `loci "
                                 "remember`, or name another directory with --data",
                                 settings.data.string())};
    }
    // The owner may be another command that ends soon, or a server that does not listen yet.
    auto const give_up = environment.clock.now() + owner_patience;
    while (true) {
        if (!store::is_directory_locked(settings.data)) {
            auto opened = open_directory(settings, environment, absent);
            if (opened || opened.error().reason != "DIRECTORY_IN_USE") {
                return opened;
            }
        }
        auto owner = connect_to_owner(settings, environment);
        if (!owner || *owner) {
            return owner;
        }
        auto const now = environment.clock.now();
        if (now >= give_up) {
            return in_use(settings);
        }
        environment.clock.wait_until({}, now + between_attempts);
    }
}

} // namespace loci::cli
