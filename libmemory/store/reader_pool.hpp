#pragma once
#include "store/engine.hpp"

#include <condition_variable>
#include <mutex>

namespace loci::store {

/// Connections for reads, opened when needed and lent to one thread at a time.
///
/// Threads: may be called from any thread at once.
class ReaderPool {
public:
    class Lease;

    ReaderPool(Engine& engine, ConnectionOptions options, std::size_t limit)
        : engine_(engine)
        , options_(std::move(options))
        , limit_(limit) {
        idle_.reserve(limit); // so that giving back cannot fail
    }

    /// Waits until one is free.
    Lease borrow();

private:
    void give_back(std::unique_ptr<Connection> connection) noexcept;

    Engine& engine_;
    ConnectionOptions options_;
    std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t lent_ = 0;
};

class ReaderPool::Lease {
public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection) noexcept
        : pool_(pool)
        , connection_(std::move(connection)) {}

    Lease(Lease const&) = delete;
    Lease& operator=(Lease const&) = delete;

    /// Ends the snapshot, if any.
    ~Lease();

    Connection& operator*() const noexcept { return *connection_; }

private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
};

} // namespace loci::store
