#include "store/sqlite_connection.hpp"

// Statements here are not kept: they run seldom, and some name a table that was found.

namespace loci::store {
namespace {

constexpr int long_log_pages = 1000;
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

std::string quoted(std::string const& name) {
    std::string text = "\"";
    for (auto const letter : name) {
        text.append(letter == '"' ? 2u : 1u, letter);
    }
    return text + '"';
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
    auto const statement = prepare_once(database_.get(), sql);
    std::vector<std::string> found;
    auto code = sqlite3_step(statement.get());
    for (; code == SQLITE_ROW; code = sqlite3_step(statement.get())) {
        auto const* text = sqlite3_column_text(statement.get(), 0);
        found.emplace_back(text == nullptr ? "" : reinterpret_cast<char const*>(text));
    }
    if (code != SQLITE_DONE) {
        throw_from_sqlite(database_.get(), code);
    }
    return found;
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

bool SqliteConnection::check_words(std::string const& table) {
    auto const name = quoted(table);
    auto const code =
        sqlite3_exec(database_.get(),
                     ("INSERT INTO " + name + " (" + name + ") VALUES ('integrity-check')").c_str(),
                     nullptr, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_CORRUPT) {
        throw_from_sqlite(database_.get(), code);
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
