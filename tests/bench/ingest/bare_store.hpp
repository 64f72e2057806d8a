#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace loci::bench {

/// What SQLite alone has to store of one memory.
struct BareRow {
    std::string content;
    std::string stems;  ///< one a line
    std::string tokens; ///< distinct stems, separated by blanks
    std::vector<float> const* vector = nullptr;
};

/// The baseline: bare SQLite with one table of the same columns' bytes, one of vectors, and one
/// contentless FTS5 table. Nothing is checked, hashed, counted, logged or kept in memory.
class BareStore {
public:
    explicit BareStore(std::filesystem::path const& file);
    ~BareStore();
    BareStore(BareStore const&) = delete;
    BareStore& operator=(BareStore const&) = delete;

    /// One durable transaction.
    void write(std::span<BareRow const> rows);

    /// One durable transaction with one row in one table, without words or vector.
    void write_row(BareRow const& row);

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
        void operator()(sqlite3_stmt* statement) const noexcept;
    };

    using Statement = std::unique_ptr<sqlite3_stmt, Close>;

    void run(char const* sql);
    Statement prepare(char const* sql);
    void step(Statement const& statement);
    void insert_row(BareRow const& row);

    std::unique_ptr<sqlite3, Close> database_;
    Statement row_;
    Statement vector_;
    Statement words_;
    Statement begin_;
    Statement commit_;
    long long next_ = 1;
};

} // namespace loci::bench
