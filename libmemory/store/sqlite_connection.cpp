#include "store/sqlite_connection.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <store/directory.hpp>
#include <system_error>

namespace loci::store {
namespace {

constexpr std::int64_t application_id = 0x4C6F6369; // "Loci"

Failure failure_of(int code) noexcept {
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return Failure::busy;
    case SQLITE_FULL:
        return Failure::full;
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return Failure::input_output;
    case SQLITE_CORRUPT:
        return Failure::corrupt;
    case SQLITE_NOTADB:
        return Failure::foreign;
    case SQLITE_CANTOPEN:
        return Failure::cannot_open;
    default:
        return Failure::other;
    }
}

/// The one that SQLite holds. None is opened, since closing any descriptor of a file takes away the
/// locks that the process has on it.
int descriptor_of(std::filesystem::path const& file) {
    std::error_code failed;
    std::filesystem::directory_iterator open{"/proc/self/fd", failed};
    for (; !failed && open != std::filesystem::directory_iterator{}; open.increment(failed)) {
        std::error_code closed;
        if (std::filesystem::read_symlink(open->path(), closed) == file) {
            return std::stoi(open->path().filename().string());
        }
    }
    return -1;
}

bool changes_rows(std::string_view sql) {
    constexpr std::string_view blanks = " \t\r\n";
    sql.remove_prefix(std::min(sql.find_first_not_of(blanks), sql.size()));
    std::string word{sql.substr(0, sql.find_first_of(" \t\r\n("))};
    std::ranges::transform(word, word.begin(), [](unsigned char letter) {
        return static_cast<char>(std::toupper(letter));
    });
    return word == "INSERT" || word == "UPDATE" || word == "DELETE" || word == "REPLACE" ||
           word == "WITH";
}

struct Binder {
    sqlite3_stmt* statement;
    int place;
    sqlite3_destructor_type lifetime;

    int operator()(std::monostate) const { return sqlite3_bind_null(statement, place); }

    int operator()(std::int64_t number) const {
        return sqlite3_bind_int64(statement, place, number);
    }

    int operator()(double number) const { return sqlite3_bind_double(statement, place, number); }

    int operator()(std::string_view text) const {
        if (text.find('\0') != std::string_view::npos) {
            throw InvariantError("text with U+0000 cannot be stored");
        }
        return sqlite3_bind_text64(statement, place, text.empty() ? "" : text.data(), text.size(),
                                   lifetime, SQLITE_UTF8);
    }

    int operator()(Value::Blob blob) const {
        return blob.empty()
                   ? sqlite3_bind_zeroblob(statement, place, 0)
                   : sqlite3_bind_blob64(statement, place, blob.data(), blob.size(), lifetime);
    }
};

/// `copies`: the statement keeps values of its own, because it is stepped after the call.
void bind(sqlite3* database, sqlite3_stmt* statement, std::span<Value const> values, bool copies) {
    if (static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)) != values.size()) {
        throw InvariantError("a statement was given another number of values than it has places");
    }
    // NOLINTNEXTLINE(performance-no-int-to-ptr): SQLite's own mark, SQLITE_TRANSIENT
    auto const transient = reinterpret_cast<sqlite3_destructor_type>(std::intptr_t{-1});
    auto const lifetime = copies ? transient : nullptr;
    int place = 0;
    for (auto const& value : values) {
        auto const code = std::visit(Binder{statement, ++place, lifetime}, value.storage());
        if (code != SQLITE_OK) {
            throw_from_sqlite(database, code);
        }
    }
}

class SqliteCursor final : public Rows::Cursor {
public:
    SqliteCursor(sqlite3* database, StatementCache::Lease lease) noexcept
        : database_(database)
        , lease_(std::move(lease)) {}

    bool next() override {
        if (ended_) {
            return false; // stepping again would start anew
        }
        auto const code = sqlite3_step(lease_.get());
        if (code != SQLITE_ROW) {
            ended_ = true;
            sqlite3_reset(lease_.get());
            if (code != SQLITE_DONE) {
                throw_from_sqlite(database_, code);
            }
            return false;
        }
        return true;
    }

    ColumnType type(int column) const override {
        if (column < 0 || column >= sqlite3_data_count(lease_.get())) {
            throw InvariantError("a column was read that the row does not have");
        }
        switch (sqlite3_column_type(lease_.get(), column)) {
        case SQLITE_INTEGER:
            return ColumnType::integer;
        case SQLITE_FLOAT:
            return ColumnType::real;
        case SQLITE_TEXT:
            return ColumnType::text;
        case SQLITE_BLOB:
            return ColumnType::blob;
        default:
            return ColumnType::null;
        }
    }

    std::int64_t integer(int column) const override {
        return sqlite3_column_int64(lease_.get(), column);
    }

    double real(int column) const override { return sqlite3_column_double(lease_.get(), column); }

    std::string_view text(int column) const override {
        auto const bytes = blob_of_text(column);
        return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
    }

    std::span<std::byte const> blob(int column) const override {
        auto const* data = static_cast<std::byte const*>(sqlite3_column_blob(lease_.get(), column));
        return {data, static_cast<std::size_t>(sqlite3_column_bytes(lease_.get(), column))};
    }

private:
    std::span<std::byte const> blob_of_text(int column) const {
        auto const* data = sqlite3_column_text(lease_.get(), column);
        auto const size = static_cast<std::size_t>(sqlite3_column_bytes(lease_.get(), column));
        return std::as_bytes(std::span{data, size});
    }

    sqlite3* database_;
    StatementCache::Lease lease_;
    bool ended_ = false;
};

sqlite3* open_handle(ConnectionOptions const& options) {
    auto flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                 (options.writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    if (options.create) {
        flags |= SQLITE_OPEN_CREATE;
    }
    sqlite3* handle = nullptr;
    auto const code = sqlite3_open_v2(options.file.c_str(), &handle, flags, nullptr);
    if (code != SQLITE_OK) {
        std::unique_ptr<sqlite3, DatabaseDeleter> const owner{handle};
        throw_from_sqlite(handle, code);
    }
    return handle;
}

} // namespace

void throw_from_sqlite(sqlite3* database, int code, bool may_quote_values) {
    auto const extended = database != nullptr ? sqlite3_extended_errcode(database) : code;
    auto const exact = (extended & 0xFF) == (code & 0xFF) ? extended : code;
    auto const is_constraint = (code & 0xFF) == SQLITE_CONSTRAINT;
    std::string message = database != nullptr && (!may_quote_values || is_constraint)
                              ? sqlite3_errmsg(database)
                              : sqlite3_errstr(code);
    message += " (SQLite " + std::to_string(exact) + ")";
    throw EngineError(failure_of(code), message);
}

StatementCache::Prepared StatementCache::prepare(std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    char const* rest = nullptr;
    auto const code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                         SQLITE_PREPARE_PERSISTENT, &raw, &rest);
    StatementPointer statement{raw};
    if (code != SQLITE_OK) {
        throw_from_sqlite(database_, code, false);
    }
    if (!statement) {
        throw InvariantError("a statement is empty");
    }
    auto const used = static_cast<std::size_t>(rest - sql.data());
    if (sql.find_first_not_of(" \t\r\n;", used) != std::string_view::npos) {
        throw InvariantError("several statements were given where one is expected");
    }
    auto const defines = sqlite3_stmt_readonly(raw) == 0 && !changes_rows(sql);
    return {std::move(statement), defines};
}

StatementCache::Lease StatementCache::borrow(std::string_view sql) {
    auto& slot = slots_[Key{sql.data(), sql.size()}];
    if (slot.empty()) {
        auto prepared = prepare(sql);
        slot.reserve(slot.capacity() + 1); // room to come back, so that giving back cannot fail
        return Lease{slot, std::move(prepared)};
    }
    auto prepared = std::move(slot.back());
    slot.pop_back();
    return Lease{slot, std::move(prepared)};
}

StatementCache::Lease::~Lease() {
    if (prepared_.statement) {
        sqlite3_reset(prepared_.statement.get());
        sqlite3_clear_bindings(prepared_.statement.get());
        if (slot_->size() < slot_->capacity()) {
            slot_->push_back(std::move(prepared_));
        }
    }
}

SqliteConnection::SqliteConnection(ConnectionOptions const& options)
    : database_(open_handle(options))
    , statements_(database_.get()) {
    configure(options);
}

void SqliteConnection::configure(ConnectionOptions const& options) {
    auto* const database = database_.get();
    sqlite3_busy_timeout(database, lock_patience_ms);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    check_identity(options.writable);
    run_script("PRAGMA temp_store = MEMORY; PRAGMA analysis_limit = 400");
    if (!options.writable) {
        run_script("PRAGMA cache_size = -8000");
        return;
    }
    // Always, because the copy that a backup makes has lost the mode.
    if (texts("PRAGMA journal_mode = WAL") != std::vector<std::string>{"wal"}) {
        throw EngineError(Failure::cannot_open, "the file cannot have a write-ahead log here");
    }
    run_script("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
               "PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 0");
    if (options.maximum_bytes) {
        auto const pages = *options.maximum_bytes / single_integer("PRAGMA page_size");
        run_script("PRAGMA max_page_count = " + std::to_string(std::max<std::int64_t>(pages, 1)));
    }
    sqlite3_wal_hook(
        database,
        [](void* self, sqlite3*, char const*, int pages) {
            static_cast<SqliteConnection*>(self)->log_pages_ = pages;
            return SQLITE_OK;
        },
        this);
}

void SqliteConnection::check_identity(bool writable) {
    auto const id = single_integer("PRAGMA application_id");
    if (id == application_id) {
        return;
    }
    if (id != 0 || single_integer("SELECT count(*) FROM sqlite_schema") != 0) {
        throw EngineError(Failure::foreign, "the file belongs to another program");
    }
    if (writable) {
        run_script("PRAGMA application_id = " + std::to_string(application_id));
    }
}

void SqliteConnection::begin_write() {
    execute("BEGIN IMMEDIATE", {});
}

void SqliteConnection::begin_read() {
    execute("BEGIN", {});
}

void SqliteConnection::commit() {
    execute("COMMIT", {});
}

void SqliteConnection::rollback() noexcept {
    if (in_transaction()) {
        sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

void SqliteConnection::savepoint() {
    execute("SAVEPOINT closure", {});
}

void SqliteConnection::release() {
    execute("RELEASE closure", {});
}

void SqliteConnection::roll_back_to_savepoint() {
    execute("ROLLBACK TO closure", {});
    execute("RELEASE closure", {});
}

bool SqliteConnection::in_transaction() const noexcept {
    return sqlite3_get_autocommit(database_.get()) == 0;
}

std::unique_ptr<Rows::Cursor> SqliteConnection::query(std::string_view sql,
                                                      std::span<Value const> values) {
    auto lease = statements_.borrow(sql);
    if (sqlite3_stmt_readonly(lease.get()) == 0) {
        throw InvariantError("a query changes rows");
    }
    bind(database_.get(), lease.get(), values, true);
    return std::make_unique<SqliteCursor>(database_.get(), std::move(lease));
}

std::int64_t SqliteConnection::execute(std::string_view sql, std::span<Value const> values) {
    auto const lease = statements_.borrow(sql);
    bind(database_.get(), lease.get(), values, false);
    auto code = sqlite3_step(lease.get());
    while (code == SQLITE_ROW) {
        code = sqlite3_step(lease.get());
    }
    if (code != SQLITE_DONE) {
        throw_from_sqlite(database_.get(), code);
    }
    if (sqlite3_stmt_readonly(lease.get()) != 0) {
        return 0;
    }
    auto const changed = lease.defines() ? 0 : sqlite3_changes64(database_.get());
    if (lease.defines() || changed > 0) {
        ++writes_;
    }
    return changed;
}

bool SqliteConnection::read_ahead(std::int64_t most_bytes) {
    std::filesystem::path const file{sqlite3_db_filename(database_.get(), "main")};
    std::error_code failed;
    auto const size = std::filesystem::file_size(file, failed);
    if (failed || size > static_cast<std::uint64_t>(most_bytes)) {
        return false;
    }
    store::read_ahead(descriptor_of(file));
    return true;
}

void SqliteConnection::run_script(std::string_view script) {
    std::string const text{script};
    auto const code = sqlite3_exec(database_.get(), text.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        throw_from_sqlite(database_.get(), code, false);
    }
    ++writes_;
}

} // namespace loci::store
