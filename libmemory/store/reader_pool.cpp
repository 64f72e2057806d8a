#include "store/reader_pool.hpp"

namespace loci::store {

ReaderPool::Lease ReaderPool::borrow() {
    std::unique_ptr<Connection> connection;
    {
        std::unique_lock lock{mutex_};
        returned_.wait(lock, [&] { return lent_ < limit_; });
        ++lent_;
        if (!idle_.empty()) {
            connection = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (connection) {
        return Lease{*this, std::move(connection)};
    }
    try {
        return Lease{*this, engine_.connect(options_)};
    } catch (...) {
        give_back(nullptr);
        throw;
    }
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) noexcept {
    {
        std::scoped_lock const lock{mutex_};
        --lent_;
        if (connection) {
            idle_.push_back(std::move(connection));
        }
    }
    returned_.notify_one();
}

ReaderPool::Lease::~Lease() {
    connection_->rollback();
    pool_.give_back(std::move(connection_));
}

} // namespace loci::store
