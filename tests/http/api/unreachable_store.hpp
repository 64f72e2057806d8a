#pragma once
#include "support/faulty_engine.hpp"

#include <atomic>
#include <memory>
#include <utility>

namespace loci::tests {

/// What a test can break while the program runs.
struct StoreSwitches {
    std::atomic<bool> reads_fail = false;
    std::shared_ptr<Faults> writes = std::make_shared<Faults>();
};

/// A reading connection that fails while the switch says so.
class UnreliableReader final : public store::Connection {
public:
    UnreliableReader(std::unique_ptr<Connection> inner, std::shared_ptr<StoreSwitches> switches)
        : inner_(std::move(inner))
        , switches_(std::move(switches)) {}

    void begin_write() override { inner_->begin_write(); }

    void begin_read() override {
        if (switches_->reads_fail) {
            throw store::EngineError(store::Failure::input_output, "an injected failure");
        }
        inner_->begin_read();
    }

    void commit() override { inner_->commit(); }

    void rollback() noexcept override { inner_->rollback(); }

    void savepoint() override { inner_->savepoint(); }

    void release() override { inner_->release(); }

    void roll_back_to_savepoint() override { inner_->roll_back_to_savepoint(); }

    bool read_ahead(std::int64_t most_bytes) override { return inner_->read_ahead(most_bytes); }

    bool in_transaction() const noexcept override { return inner_->in_transaction(); }

    std::unique_ptr<store::Rows::Cursor> query(std::string_view sql,
                                               std::span<store::Value const> values) override {
        return inner_->query(sql, values);
    }

    std::int64_t execute(std::string_view sql, std::span<store::Value const> values) override {
        return inner_->execute(sql, values);
    }

    void run_script(std::string_view script) override { inner_->run_script(script); }

    std::uint64_t writes() const noexcept override { return inner_->writes(); }

    store::Maintenance& maintenance() override { return inner_->maintenance(); }

private:
    std::unique_ptr<Connection> inner_;
    std::shared_ptr<StoreSwitches> switches_;
};

class UnreliableEngine final : public store::Engine {
public:
    explicit UnreliableEngine(std::shared_ptr<StoreSwitches> switches)
        : switches_(std::move(switches)) {}

    std::unique_ptr<store::Connection> connect(store::ConnectionOptions const& options) override {
        auto connection = inner_->connect(options);
        if (options.writable) {
            return std::make_unique<FaultyConnection>(std::move(connection), switches_->writes);
        }
        return std::make_unique<UnreliableReader>(std::move(connection), switches_);
    }

private:
    std::unique_ptr<store::Engine> inner_ = store::sqlite_engine();
    std::shared_ptr<StoreSwitches> switches_;
};

} // namespace loci::tests
