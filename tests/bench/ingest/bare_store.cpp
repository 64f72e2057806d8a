#include "bare_store.hpp"

#include <array>
#include <sqlite3.h>
#include <stdexcept>

namespace loci::bench {
namespace {

void bind_text(sqlite3_stmt* statement, int place, std::string const& text) {
    sqlite3_bind_text(statement, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

} // namespace

void BareStore::Close::operator()(sqlite3* database) const noexcept {
    sqlite3_close_v2(database);
}

void BareStore::Close::operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_finalize(statement);
}

BareStore::BareStore(std::filesystem::path const& file) {
    sqlite3* handle = nullptr;
    auto const code = sqlite3_open(file.c_str(), &handle);
    database_.reset(handle);
    if (code != SQLITE_OK) {
        throw std::runtime_error("cannot open the bare database");
    }
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000");
    run("CREATE TABLE memory (key INTEGER PRIMARY KEY, id BLOB, owner INTEGER, tenant TEXT, "
        "user TEXT, space TEXT, kind TEXT, sensitivity TEXT, strength REAL, content_hash BLOB, "
        "created_at INTEGER, updated_at INTEGER, content TEXT, tags TEXT, metadata TEXT, "
        "recorded_at INTEGER, index_state TEXT, stems BLOB, words INTEGER) STRICT;"
        "CREATE TABLE vector (revision INTEGER PRIMARY KEY, data BLOB) STRICT;"
        "CREATE VIRTUAL TABLE words USING fts5 (tokens, content = '', columnsize = 0, "
        "detail = none)");
    row_ = prepare("INSERT INTO memory VALUES (?1, ?2, 1, 'local', 'owner', 'default', 'memory', "
                   "'normal', 1.0, ?3, ?4, ?4, ?5, '[]', '{}', ?4, 'ready', ?6, 12)");
    vector_ = prepare("INSERT INTO vector VALUES (?1, ?2)");
    words_ = prepare("INSERT INTO words (rowid, tokens) VALUES (?1, ?2)");
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
}

BareStore::~BareStore() = default;

void BareStore::run(char const* sql) {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        throw std::runtime_error(sqlite3_errmsg(database_.get()));
    }
}

BareStore::Statement BareStore::prepare(char const* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr) != SQLITE_OK) {
        throw std::runtime_error(sqlite3_errmsg(database_.get()));
    }
    return Statement{statement};
}

void BareStore::step(Statement const& statement) {
    auto const code = sqlite3_step(statement.get());
    sqlite3_reset(statement.get());
    if (code != SQLITE_DONE) {
        throw std::runtime_error(sqlite3_errmsg(database_.get()));
    }
}

void BareStore::insert_row(BareRow const& row) {
    std::array<unsigned char, 32> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<unsigned char>(static_cast<std::size_t>(next_) * (i + 7));
    }
    constexpr sqlite3_int64 now = 1'750'000'000'000'000;
    sqlite3_bind_int64(row_.get(), 1, next_);
    sqlite3_bind_blob(row_.get(), 2, bytes.data(), 16, SQLITE_STATIC);
    sqlite3_bind_blob(row_.get(), 3, bytes.data(), 32, SQLITE_STATIC);
    sqlite3_bind_int64(row_.get(), 4, now + next_);
    bind_text(row_.get(), 5, row.content);
    sqlite3_bind_blob(row_.get(), 6, row.stems.data(), static_cast<int>(row.stems.size()),
                      SQLITE_STATIC);
    step(row_);
}

void BareStore::write(std::span<BareRow const> rows) {
    step(begin_);
    for (auto const& row : rows) {
        insert_row(row);
        sqlite3_bind_int64(vector_.get(), 1, next_);
        sqlite3_bind_blob(vector_.get(), 2, row.vector->data(),
                          static_cast<int>(row.vector->size() * sizeof(float)), SQLITE_STATIC);
        step(vector_);
        sqlite3_bind_int64(words_.get(), 1, next_);
        bind_text(words_.get(), 2, row.tokens);
        step(words_);
        ++next_;
    }
    step(commit_);
}

void BareStore::write_row(BareRow const& row) {
    step(begin_);
    insert_row(row);
    ++next_;
    step(commit_);
}

} // namespace loci::bench
