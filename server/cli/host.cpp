#include "cli/host.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

namespace loci::cli {
namespace {

constexpr std::size_t least_readers = 4;

} // namespace

Result<std::unique_ptr<Host>> Host::open(Options const& options, Environment environment) {
    std::unique_ptr<Host> host{new Host};
    auto database = open_database(options, environment);
    if (!database) {
        return database.error();
    }
    host->database_.emplace(*std::move(database));
    auto const stored = memory::Memory::stored_models(*host->database_);
    if (!stored) {
        return stored.error();
    }
    auto embedders = open_embedders(options.embedding, *stored, options.keeps_model, environment);
    if (!embedders) {
        return embedders.error();
    }
    host->embedders_ = std::move(*embedders);
    auto language_model = open_language_model(options.chat, environment);
    if (!language_model) {
        return language_model.error();
    }
    host->language_model_ = std::move(*language_model);
    auto memory =
        memory::Memory::open(*host->database_, *host->embedders_.wished, host->embedders_.others());
    if (!memory) {
        return memory.error();
    }
    host->memory_.emplace(*std::move(memory));
    host->memory_->limit_index_memory(options.memory_budget);
    auto identity = runtime::Identity::open(*host->database_);
    if (!identity) {
        return identity.error();
    }
    host->identity_.emplace(*std::move(identity));
    return host;
}

void Host::embed_in_background(memory::EmbeddingObserver observer) {
    background_.emplace(*memory_, database_->environment().clock, std::move(observer));
}

Result<store::Database> open_database(Host::Options const& options, Environment environment) {
    auto database = store::Database::open(
        {.directory = options.directory,
         .components = {memory::Memory::component(), runtime::Identity::component()},
         .read_only = options.read_only,
         .create = options.create,
         .readers = std::max<std::size_t>(least_readers, std::thread::hardware_concurrency()),
         .maximum_bytes = options.maximum_bytes},
        environment);
    if (database) {
        return database;
    }
    auto error = database.error();
    error.message = fmt::format("{}: {}", options.directory.string(), error.message);
    for (auto const& [name, value] : error.details) {
        if (auto const* url = std::get_if<std::string>(&value); url != nullptr && name == "url") {
            error.message += " and serves it at " + *url;
        }
    }
    return error;
}

} // namespace loci::cli
