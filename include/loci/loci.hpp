#pragma once
#include <cstddef>
#include <filesystem>
#include <loci/base/environment.hpp>
#include <loci/base/result.hpp>
#include <loci/memory/memory.hpp>
#include <loci/memory/scoped_memory.hpp>
#include <loci/store/database.hpp>
#include <memory>

namespace loci {

struct OpenOptions {
    std::filesystem::path directory;      ///< made when absent; one process owns it at a time
    memory::Embedder* embedder = nullptr; ///< absent: the embedded word table; must outlive `Loci`
    bool background = true; ///< a thread embeds what is pending, and again when the model changed
    Environment const* environment =
        nullptr; ///< absent: the real one; what it refers to must outlive `Loci`
    std::size_t memory_budget =
        memory::default_memory_budget; ///< bytes: `memory::Memory::limit_index_memory`
};

/// The library, opened on one data directory.
///
/// Threads: every function may be called from any thread at once.
class Loci final {
public:
    /// Memory seen from a scope: `loci.in({.user = "alice"}).write({.content = "…"})`.
    memory::ScopedMemory in(memory::Scope scope) const;

    memory::Memory& memory() const noexcept;
    store::Database& database() const noexcept;

    Loci(Loci&&) noexcept;
    Loci& operator=(Loci&&) noexcept;
    ~Loci();

private:
    friend Result<Loci> open(OpenOptions options);
    class Impl;
    explicit Loci(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

/// Errors: `conflict` (`DIRECTORY_IN_USE`: another process owns the directory), `corrupt`,
/// `unavailable`.
Result<Loci> open(OpenOptions options);

} // namespace loci
