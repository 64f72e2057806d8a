#pragma once
#include <cstdint>
#include <filesystem>
#include <loci/base/environment.hpp>
#include <loci/base/result.hpp>
#include <loci/memory/embedder.hpp>
#include <loci/memory/memory.hpp>
#include <loci/runtime/identity.hpp>
#include <loci/store/database.hpp>
#include <memory>
#include <optional>

namespace loci::cli {

/// A data directory, opened with everything that loci keeps in it.
class Host {
public:
    struct Options {
        std::filesystem::path directory;
        bool create = true;
        bool read_only = false;
        std::optional<std::int64_t> maximum_bytes{};
    };

    /// Errors: those of `open_database`.
    static Result<std::unique_ptr<Host>> open(Options const& options, Environment environment);

    Host(Host const&) = delete;
    Host& operator=(Host const&) = delete;

    memory::Embedder& embedder() noexcept { return *embedder_; }

    store::Database& database() noexcept { return *database_; }

    memory::Memory& memory() noexcept { return *memory_; }

    runtime::Identity& identity() noexcept { return *identity_; }

private:
    Host() = default;
    std::unique_ptr<memory::Embedder> embedder_;
    std::optional<store::Database> database_;
    std::optional<memory::Memory> memory_;
    std::optional<runtime::Identity> identity_;
};

/// Errors: those of `store::Database::open`, with the directory's name before the message.
Result<store::Database> open_database(Host::Options const& options, Environment environment);

} // namespace loci::cli
