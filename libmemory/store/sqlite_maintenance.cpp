#include "store/sqlite_connection.hpp"

// Statements here are not kept: they run seldom, and some name a table that was found.

namespace loci::store {
namespace {

constexpr int long_log_pages = 4000;
constexpr int too_long_log_pages = 16'384;
constexpr std::chrono::milliseconds reader_patience{100};

/// Leaf pages that one step writes at most, about 2 MB.
constexpr int merge_pages = 500;

StatementPointer prepare_once(sqlite3* database, std::string_view sql) {
    sqlite3_stmt* raw = nullptr;
    auto const code =
        sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
    StatementPointer statement{raw};
    if (code != SQLITE_OK) {
        throw_from_sqlite(database, code, false);
    }
    return statement;
}

std::string escaped(std::string const& text, char quote) {
    std::string doubled;
    for (auto const letter : text) {
        doubled.append(letter == quote ? 2u : 1u, letter);
    }
    return doubled;
}

std::string quoted(std::string const& name) {
    return '"' + escaped(name, '"') + '"';
}

std::vector<std::string> texts_of(sqlite3* database, std::string_view sql) {
    auto const statement = prepare_once(database, sql);
    std::vector<std::string> found;
    auto code = sqlite3_step(statement.get());
    for (; code == SQLITE_ROW; code = sqlite3_step(statement.get())) {
        auto const* text = sqlite3_column_text(statement.get(), 0);
        found.emplace_back(text == nullptr ? "" : reinterpret_cast<char const*>(text));
    }
    if (code != SQLITE_DONE) {
        throw_from_sqlite(database, code);
    }
    return found;
}

std::unique_ptr<sqlite3, DatabaseDeleter> empty_database() {
    sqlite3* handle = nullptr;
    auto const code = sqlite3_open_v2(":memory:", &handle,
                                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                          SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                      nullptr);
    std::unique_ptr<sqlite3, DatabaseDeleter> database{handle};
    if (code != SQLITE_OK) {
        throw_from_sqlite(handle, code);
    }
    return database;
}

void run_once(sqlite3* database, std::string const& sql) {
    if (auto const code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr);
        code != SQLITE_OK) {
        throw_from_sqlite(database, code);
    }
}

/// Between tables of one name and shape.
void copy_rows(sqlite3* from, sqlite3* to, std::string const& table) {
    auto const rows = prepare_once(from, "SELECT * FROM " + quoted(table));
    auto const columns = sqlite3_column_count(rows.get());
    std::string places = "?";
    for (int column = 1; column < columns; ++column) {
        places += ", ?";
    }
    auto const insert =
        prepare_once(to, "INSERT INTO " + quoted(table) + " VALUES (" + places + ")");
    auto code = sqlite3_step(rows.get());
    for (; code == SQLITE_ROW; code = sqlite3_step(rows.get())) {
        for (int column = 0; column < columns; ++column) {
            sqlite3_bind_value(insert.get(), column + 1, sqlite3_column_value(rows.get(), column));
        }
        if (auto const done = sqlite3_step(insert.get()); done != SQLITE_DONE) {
            throw_from_sqlite(to, done);
        }
        sqlite3_reset(insert.get());
    }
    if (code != SQLITE_DONE) {
        throw_from_sqlite(from, code);
    }
}

} // namespace

std::int64_t SqliteConnection::single_integer(std::string_view sql) {
    auto const statement = prepare_once(database_.get(), sql);
    auto const code = sqlite3_step(statement.get());
    if (code != SQLITE_ROW) {
        throw_from_sqlite(database_.get(), code);
    }
    return sqlite3_column_int64(statement.get(), 0);
}

std::vector<std::string> SqliteConnection::texts(std::string_view sql) {
    return texts_of(database_.get(), sql);
}

std::vector<std::string> SqliteConnection::check() {
    std::vector<std::string> problems;
    for (auto& line : texts("PRAGMA integrity_check")) {
        if (line != "ok") {
            problems.push_back("pages: " + line);
        }
    }
    for (auto const& table : texts("PRAGMA foreign_key_check")) {
        problems.push_back("foreign keys: a row of table " + table + " refers to no row");
    }
    return problems;
}

std::vector<std::string> SqliteConnection::word_tables() {
    return texts("SELECT name FROM sqlite_schema WHERE type = 'table'"
                 " AND sql LIKE 'CREATE VIRTUAL TABLE%USING%fts5%'");
}

// FTS5 checks itself only on a connection that may write. So the index's own tables, as one
// snapshot holds them, are copied into memory and checked there: in a directory of another process
// too, and without holding up the writer.
bool SqliteConnection::check_words(std::string const& table) {
    auto const copy = empty_database();
    begin_read();
    for (auto const& definition :
         texts("SELECT sql FROM sqlite_schema WHERE name = '" + escaped(table, '\'') + "'")) {
        run_once(copy.get(), definition);
    }
    for (auto const& part : texts_of(copy.get(), "SELECT name FROM sqlite_schema"
                                                 " WHERE type = 'table' AND rootpage <> 0")) {
        run_once(copy.get(), "DELETE FROM " + quoted(part));
        copy_rows(database_.get(), copy.get(), part);
    }
    rollback();
    auto const name = quoted(table);
    auto const check = "INSERT INTO " + name + " (" + name + ") VALUES ('integrity-check')";
    auto const code = sqlite3_exec(copy.get(), check.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_CORRUPT) {
        throw_from_sqlite(copy.get(), code);
    }
    return code == SQLITE_OK;
}

// A negative number asks FTS5 to merge all segments, whatever their number, as 'optimize' does but
// in steps. Fewer than two changes mean that a step found nothing to do.
bool SqliteConnection::merge_words(std::string const& table, bool first_step) {
    auto const name = quoted(table);
    auto const before = sqlite3_total_changes64(database_.get());
    run_script("INSERT INTO " + name + " (" + name + ", rank) VALUES ('merge', " +
               std::to_string(first_step ? -merge_pages : merge_pages) + ")");
    return sqlite3_total_changes64(database_.get()) - before >= 2;
}

void SqliteConnection::shorten_log() {
    if (log_pages_ >= too_long_log_pages) {
        empty_log(reader_patience);
    } else if (log_pages_ >= long_log_pages) {
        sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                  nullptr);
    }
}

bool SqliteConnection::empty_log(std::chrono::milliseconds patience) {
    sqlite3_busy_timeout(database_.get(), static_cast<int>(patience.count()));
    auto const code = sqlite3_wal_checkpoint_v2(database_.get(), nullptr,
                                                SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    sqlite3_busy_timeout(database_.get(), lock_patience_ms);
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) {
        throw_from_sqlite(database_.get(), code);
    }
    log_pages_ = code == SQLITE_OK ? 0 : log_pages_;
    return code == SQLITE_OK;
}

void SqliteConnection::copy_to(std::filesystem::path const& file) {
    auto const statement = prepare_once(database_.get(), "VACUUM INTO ?");
    auto const name = file.string();
    sqlite3_bind_text64(statement.get(), 1, name.data(), name.size(), nullptr, SQLITE_UTF8);
    if (auto const code = sqlite3_step(statement.get()); code != SQLITE_DONE) {
        throw_from_sqlite(database_.get(), code);
    }
}

void SqliteConnection::optimize() {
    run_script("PRAGMA optimize");
}

std::int64_t SqliteConnection::size_bytes() {
    return single_integer("PRAGMA page_count") * single_integer("PRAGMA page_size");
}

} // namespace loci::store
