#pragma once
#include "api/owner.hpp"
#include "http/message.hpp"
#include "http/statistics.hpp"

#include <cstddef>
#include <functional>
#include <loci/memory/memory.hpp>
#include <loci/runtime/identity.hpp>
#include <loci/store/database.hpp>
#include <memory>
#include <string>

namespace loci::server {

struct ApiOptions {
    ServedDialects dialects{};     ///< beside MeMesh
    bool bare_alias = true;        ///< MeMesh's paths without `/v1` too
    std::string version = "0.0.0"; ///< of the program
};

/// Every API behind one port: routing, credentials, parsing, and the answers of the libraries.
///
/// Threads: as `Service`. Lifetime: what it refers to must outlive it.
class Api final : public Service {
public:
    Api(memory::Memory& memory, runtime::Identity& identity, store::Database& database,
        ApiOptions options);
    Api(Api const&) = delete;
    Api& operator=(Api const&) = delete;
    ~Api() override;

    /// Where `/metrics` gets the shell's numbers from. Call it before the server starts.
    void show_statistics_of(std::function<ServerStatistics()> shell);

    Plan plan(RequestHead const& head) const override;
    std::optional<Response> admit(RequestHead const& head) override;
    Response handle(Request request) override;
    Response refuse(RequestHead const& head, Refusal refusal) const override;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace loci::server
