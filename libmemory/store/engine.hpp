#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <loci/store/sql.hpp>
#include <loci/store/transaction.hpp>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace loci::store {

/// What an engine's failure means to the store.
enum class Failure : std::uint8_t {
    busy,         ///< another connection holds a lock too long
    full,         ///< no space
    input_output, ///< the file system refused
    corrupt,      ///< the file fails its own checks
    foreign,      ///< a file of somebody else
    cannot_open,
    other ///< a constraint, a wrong statement: a broken invariant of ours
};

/// Thrown by engines; caught by `Database` only.
class EngineError final : public std::runtime_error {
public:
    EngineError(Failure failure, std::string const& message)
        : std::runtime_error(message)
        , failure_(failure) {}

    Failure failure() const noexcept { return failure_; }

private:
    Failure failure_;
};

/// A use of the store that breaks its rules, such as text with U+0000.
class InvariantError final : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

Error to_error(EngineError const& error);

enum class ColumnType : std::uint8_t { null, integer, real, text, blob };

/// A running query.
class Rows::Cursor {
public:
    virtual ~Cursor() = default;
    virtual bool next() = 0;
    virtual ColumnType type(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual double real(int column) const = 0;
    virtual std::string_view text(int column) const = 0;
    virtual std::span<std::byte const> blob(int column) const = 0;
};

/// What keeps a database in good order; only the store itself calls it, outside transactions.
class Maintenance {
public:
    virtual ~Maintenance() = default;

    /// Pages and foreign keys; an empty list means healthy.
    virtual std::vector<std::string> check() = 0;
    virtual std::vector<std::string> word_tables() = 0;

    /// False when the index contradicts itself. Holds a copy of the index in memory meanwhile.
    virtual bool check_words(std::string const& table) = 0;

    /// One short step, committed, towards one segment without deleted entries; false when nothing
    /// is left to do.
    virtual bool merge_words(std::string const& table, bool first_step) = 0;

    /// Moves committed pages from the log to the main file when the log has grown long.
    virtual void shorten_log() = 0;

    /// Leaves no page in the log; false when a reader still needs some.
    virtual bool empty_log(std::chrono::milliseconds patience) = 0;

    /// Zeroes bytes that belong to no row, in some pages from `first_page` (from 1) on. The log
    /// must be empty. Returns the page to go on with; 0 when all are done.
    virtual std::int64_t clear_unused_bytes(std::int64_t first_page) = 0;

    /// Writes a compact copy into `file`, which is empty.
    virtual void copy_to(std::filesystem::path const& file) = 0;

    virtual void optimize() = 0;
    virtual std::int64_t size_bytes() = 0;
};

/// One connection.
///
/// Threads: one at a time. SQL given to `query` and `execute` is kept by address: it must be
/// static.
class Connection {
public:
    virtual ~Connection() = default;

    virtual void begin_write() = 0;
    virtual void begin_read() = 0;
    virtual void commit() = 0;
    virtual void rollback() noexcept = 0;

    /// A savepoint within the write transaction; one at a time.
    virtual void savepoint() = 0;
    virtual void release() = 0;
    virtual void roll_back_to_savepoint() = 0;

    /// False once a failure has ended the transaction as a whole.
    virtual bool in_transaction() const noexcept = 0;

    virtual std::unique_ptr<Rows::Cursor> query(std::string_view sql,
                                                std::span<Value const> values) = 0;

    /// Returns the number of rows changed.
    virtual std::int64_t execute(std::string_view sql, std::span<Value const> values) = 0;

    /// Lets the system fetch the whole file if it has at most so many bytes. False: it has more.
    virtual bool read_ahead(std::int64_t most_bytes) = 0;

    /// Runs statements separated by `;`, none of which is kept.
    virtual void run_script(std::string_view script) = 0;

    /// Number of calls that changed something, ever: equal numbers mean that nothing was changed.
    virtual std::uint64_t writes() const noexcept = 0;

    virtual Maintenance& maintenance() = 0;
};

struct ConnectionOptions {
    std::filesystem::path file; ///< absolute
    bool writable = false;
    bool create = false;
    std::optional<std::int64_t> maximum_bytes{};
};

/// Where connections come from.
///
/// Threads: may be called from any thread at once.
class Engine {
public:
    virtual ~Engine() = default;
    virtual std::unique_ptr<Connection> connect(ConnectionOptions const& options) = 0;
};

/// The embedded SQLite library.
std::unique_ptr<Engine> sqlite_engine();

} // namespace loci::store
