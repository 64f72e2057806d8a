#pragma once
#include "store/engine.hpp"

#include <cstddef>
#include <sqlite3.h>
#include <unordered_map>
#include <utility>

namespace loci::store {

/// How long a statement waits for the lock of another process.
inline constexpr int lock_patience_ms = 5000;

struct StatementDeleter {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};

using StatementPointer = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

/// Throws the `EngineError` for a result code. Messages of SQLite are passed on only where they
/// cannot quote a value.
[[noreturn]] void throw_from_sqlite(sqlite3* database, int code, bool may_quote_values = true);

/// Prepared statements of one connection. Each is lent to one user at a time.
class StatementCache {
public:
    class Lease;

    explicit StatementCache(sqlite3* database) noexcept
        : database_(database) {}

    Lease borrow(std::string_view sql);

    void clear() noexcept { slots_.clear(); }

private:
    struct Prepared {
        StatementPointer statement;
        bool defines = false; ///< changes the schema instead of rows
    };

    using Slot = std::vector<Prepared>;
    using Key = std::pair<char const*, std::size_t>;

    struct KeyHash {
        std::size_t operator()(Key const& key) const noexcept {
            return std::hash<char const*>{}(key.first) ^ key.second;
        }
    };

    Prepared prepare(std::string_view sql);

    sqlite3* database_;
    std::unordered_map<Key, Slot, KeyHash> slots_;
};

/// A statement in use: reset, without values, and back in its slot at the end.
class StatementCache::Lease {
public:
    Lease(Slot& slot, Prepared prepared) noexcept
        : slot_(&slot)
        , prepared_(std::move(prepared)) {}

    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    sqlite3_stmt* get() const noexcept { return prepared_.statement.get(); }

    bool defines() const noexcept { return prepared_.defines; }

private:
    Slot* slot_;
    Prepared prepared_;
};

struct DatabaseDeleter {
    void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
};

class SqliteConnection final : public Connection, private Maintenance {
public:
    explicit SqliteConnection(ConnectionOptions const& options);

    void begin_write() override;
    void begin_read() override;
    void commit() override;
    void rollback() noexcept override;
    void savepoint() override;
    void release() override;
    void roll_back_to_savepoint() override;
    bool in_transaction() const noexcept override;
    std::unique_ptr<Rows::Cursor> query(std::string_view sql,
                                        std::span<Value const> values) override;
    std::int64_t execute(std::string_view sql, std::span<Value const> values) override;
    void run_script(std::string_view script) override;
    bool read_ahead(std::int64_t most_bytes) override;

    std::uint64_t writes() const noexcept override { return writes_; }

    Maintenance& maintenance() override { return *this; }

private:
    std::vector<std::string> check() override;
    std::vector<std::string> word_tables() override;
    bool check_words(std::string const& table) override;
    bool merge_words(std::string const& table, bool first_step) override;
    void shorten_log() override;
    bool empty_log(std::chrono::milliseconds patience) override;
    std::int64_t clear_unused_bytes(std::int64_t first_page) override;
    void copy_to(std::filesystem::path const& file) override;
    void optimize() override;
    std::int64_t size_bytes() override;

    void configure(ConnectionOptions const& options);
    void check_identity(bool writable);
    std::int64_t single_integer(std::string_view sql);
    std::vector<std::string> texts(std::string_view sql);

    std::unique_ptr<sqlite3, DatabaseDeleter> database_;
    StatementCache statements_;
    std::uint64_t writes_ = 0;
    int log_pages_ = 0;
};

} // namespace loci::store
