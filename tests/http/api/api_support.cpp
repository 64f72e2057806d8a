#include "api_support.hpp"

namespace loci::tests {

void RunningApi::open() {
    database.emplace(
        store::Database::open(
            {.directory = directory_.path(),
             .components = {memory::Memory::component(), runtime::Identity::component()}},
            environment.get(), std::make_unique<UnreliableEngine>(switches))
            .value());
    identity.emplace(runtime::Identity::open(*database).value());
    memory.emplace(memory::Memory::open(*database, *embedder_).value());
    api_ = std::make_unique<server::Api>(*memory, *identity, *database, options_);
    server::ServerOptions shell;
    shell.write_threads = 4;
    shell.outbound_threads = 1;
    server_ =
        std::make_unique<server::Server>(shell, *api_, environment.get(), server::Log::none());
    api_->show_statistics_of([this] { return server_->statistics(); });
    server_->start().value();
}

void RunningApi::close() {
    server_.reset();
    api_.reset();
    memory.reset();
    identity.reset();
    database.reset();
}

std::string RunningApi::key_of_new_user(runtime::Role role, bool in_other_tenant) {
    auto const user = environment.ids->time_ordered();
    auto const tenant = in_other_tenant ? environment.ids->time_ordered()
                                        : parse_prefixed("ten", owner.tenant).value();
    database
        ->write<store::Done>(
            [&](store::WriteTransaction& transaction) -> store::Outcome<store::Done> {
                auto const now = transaction.now();
                if (in_other_tenant) {
                    transaction.execute("INSERT INTO tenant (id, name, created_at, updated_at) "
                                        "VALUES (?1, 'Other', ?2, ?2)",
                                        tenant, now);
                }
                transaction.execute(
                    "INSERT INTO user (id, created_at, updated_at) VALUES (?1, ?2, ?2)", user, now);
                transaction.execute("INSERT INTO membership (tenant, user, role, created_at, "
                                    "updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
                                    tenant, user, runtime::to_string(role), now);
                return store::Done{};
            })
        .value();
    Caller const caller{.tenant = to_prefixed("ten", tenant), .user = to_prefixed("usr", user)};
    return identity->issue_key(caller, {.name = "theirs"}).value().secret;
}

} // namespace loci::tests
