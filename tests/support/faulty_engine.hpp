#pragma once
#include "store/engine.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace loci::tests {

/// Which call to the writing connection fails next, and how.
struct Faults {
    std::atomic<int> calls_until_failure = -1; ///< 0: the next one; negative: none
    std::atomic<int> commits_until_failure = -1;
    std::atomic<store::Failure> failure = store::Failure::full;
    std::atomic<bool> ends_transaction = false;
    std::atomic<bool> commits_nevertheless = false; ///< a commit that is reported as failed counts
    std::function<void()> before_read{}; ///< runs before each query of a reading connection

    static bool is_due(std::atomic<int>& counter) {
        return counter.load() >= 0 && counter.fetch_sub(1) == 0;
    }
};

class FaultyCursor final : public store::Rows::Cursor {
public:
    FaultyCursor(std::unique_ptr<Cursor> inner, std::function<void()> before_call)
        : inner_(std::move(inner))
        , before_call_(std::move(before_call)) {}

    bool next() override {
        before_call_();
        return inner_->next();
    }

    store::ColumnType type(int column) const override { return inner_->type(column); }

    std::int64_t integer(int column) const override { return inner_->integer(column); }

    double real(int column) const override { return inner_->real(column); }

    std::string_view text(int column) const override { return inner_->text(column); }

    std::span<std::byte const> blob(int column) const override { return inner_->blob(column); }

private:
    std::unique_ptr<Cursor> inner_;
    std::function<void()> before_call_;
};

class FaultyConnection final : public store::Connection {
public:
    FaultyConnection(std::unique_ptr<Connection> inner, std::shared_ptr<Faults> faults,
                     bool writable = true)
        : inner_(std::move(inner))
        , faults_(std::move(faults))
        , writable_(writable) {}

    void begin_write() override {
        count();
        inner_->begin_write();
    }

    void begin_read() override { inner_->begin_read(); }

    void commit() override {
        if (Faults::is_due(faults_->commits_until_failure)) {
            if (faults_->commits_nevertheless) {
                inner_->commit();
            }
            throw store::EngineError(faults_->failure, "an injected failure of a commit");
        }
        inner_->commit();
    }

    void rollback() noexcept override { inner_->rollback(); }

    void savepoint() override {
        count();
        inner_->savepoint();
    }

    void release() override {
        count();
        inner_->release();
    }

    void roll_back_to_savepoint() override {
        count();
        inner_->roll_back_to_savepoint();
    }

    bool in_transaction() const noexcept override { return inner_->in_transaction(); }

    bool read_ahead(std::int64_t most_bytes) override { return inner_->read_ahead(most_bytes); }

    std::unique_ptr<store::Rows::Cursor> query(std::string_view sql,
                                               std::span<store::Value const> values) override {
        if (!writable_) {
            faults_->before_read();
            return inner_->query(sql, values);
        }
        count();
        return std::make_unique<FaultyCursor>(inner_->query(sql, values), [this] { count(); });
    }

    std::int64_t execute(std::string_view sql, std::span<store::Value const> values) override {
        count();
        return inner_->execute(sql, values);
    }

    void run_script(std::string_view script) override { inner_->run_script(script); }

    std::uint64_t writes() const noexcept override { return inner_->writes(); }

    store::Maintenance& maintenance() override { return inner_->maintenance(); }

private:
    void count() {
        if (Faults::is_due(faults_->calls_until_failure)) {
            if (faults_->ends_transaction) {
                inner_->rollback();
            }
            throw store::EngineError(faults_->failure, "an injected failure");
        }
    }

    std::unique_ptr<Connection> inner_;
    std::shared_ptr<Faults> faults_;
    bool writable_;
};

/// SQLite, whose writing connection fails as told.
class FaultyEngine final : public store::Engine {
public:
    explicit FaultyEngine(std::shared_ptr<Faults> faults)
        : faults_(std::move(faults)) {}

    std::unique_ptr<store::Connection> connect(store::ConnectionOptions const& options) override {
        auto connection = inner_->connect(options);
        if (!options.writable && !faults_->before_read) {
            return connection;
        }
        return std::make_unique<FaultyConnection>(std::move(connection), faults_, options.writable);
    }

private:
    std::unique_ptr<store::Engine> inner_ = store::sqlite_engine();
    std::shared_ptr<Faults> faults_;
};

} // namespace loci::tests
