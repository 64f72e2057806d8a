#pragma once
#include "api/endpoint.hpp"
#include "api/pages/probe.hpp"
#include "api/service.hpp"

#include <functional>
#include <string>

namespace loci::server {

/// What the pages shared by all dialects show: health, metrics, documents.
///
/// Threads: the `const` functions may be called from any thread at once.
class SharedPages final {
public:
    /// The tables are those that the documents describe.
    SharedPages(memory::Memory& memory, store::Database& database, ApiOptions const& options,
                EndpointTable const& mesh, EndpointTable const& shared);

    void show_statistics_of(std::function<ServerStatistics()> shell) { shell_ = std::move(shell); }

    StoreState store_state() const { return probe_.state(); }

    std::string const& version() const noexcept { return options_.version; }

    memory::ServingModel serving_model() const { return memory_.serving_model(); }

    Timestamp now() const { return database_.environment().clock.now(); }

    Timestamp started_at() const noexcept { return started_at_; }

    /// In the text format of Prometheus.
    std::string metrics() const;

    std::string const& openapi() const noexcept { return openapi_; }

    std::string const& mesh_openapi() const noexcept { return mesh_openapi_; }

    std::string const& documentation() const noexcept { return documentation_; }

    /// The `Content-Security-Policy` of the documentation.
    std::string const& documentation_policy() const noexcept { return documentation_policy_; }

private:
    memory::Memory& memory_;
    store::Database& database_;
    ApiOptions const& options_;
    StoreProbe probe_;
    Timestamp const started_at_;
    std::function<ServerStatistics()> shell_;
    std::string openapi_;
    std::string mesh_openapi_;
    std::string documentation_;
    std::string documentation_policy_;
};

namespace pages {

/// `/`, `/health`, `/ready`, `/live`, `/docs`, `/redoc`, `/openapi.json`, `/metrics`.
EndpointTable endpoints();

/// Those of them that a dialect's explicit mount answers too: `/health`, `/openapi.json`.
void add_to_dialect(EndpointTable& table);

} // namespace pages
} // namespace loci::server
