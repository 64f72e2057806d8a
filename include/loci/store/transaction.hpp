#pragma once
#include <functional>
#include <initializer_list>
#include <loci/base/error.hpp>
#include <loci/store/sql.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace loci::store {

/// The rows that a query yields, one at a time. The statement is given back when this ends.
///
/// Columns count from 0. Reading a column as another type than it has breaks an invariant of ours.
/// Text and blobs stay valid until the next `next()`.
class Rows {
public:
    class Cursor;
    explicit Rows(std::unique_ptr<Cursor> cursor) noexcept;
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) noexcept;
    ~Rows();

    bool next();
    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string_view text(int column) const;
    std::span<std::byte const> blob(int column) const;
    Uuid uuid(int column) const;
    Timestamp time(int column) const;
    std::optional<std::int64_t> optional_integer(int column) const;
    std::optional<double> optional_real(int column) const;
    std::optional<std::string> optional_text(int column) const;
    std::optional<Uuid> optional_uuid(int column) const;
    std::optional<Timestamp> optional_time(int column) const;

private:
    std::unique_ptr<Cursor> cursor_;
};

/// A consistent view of the database. Lent to a closure; never kept.
///
/// Engine failures (I/O, corruption) unwind the closure by an exception that only `Database`
/// catches; closures therefore handle results of their own logic only.
class ReadTransaction {
public:
    class Impl;

    explicit ReadTransaction(Impl& impl) noexcept
        : impl_(&impl) {}

    ReadTransaction(ReadTransaction const&) = delete;
    ReadTransaction& operator=(ReadTransaction const&) = delete;

    template <class... Arguments>
    Rows query(Sql sql, Arguments const&... arguments) {
        return query_values(sql, {Value{arguments}...});
    }

    /// The clock's instant, never below the last committed one of this view.
    Timestamp now() const;

    /// Number of the last change that this view holds; 0 in a new database.
    std::int64_t last_change() const;

    /// Instant of the last commit that this view holds (the epoch in a new database).
    Timestamp last_commit_time() const;

    /// Says that most of a database of at most so many bytes is about to be read: pages that lie
    /// apart are then not waited for one by one. Returns before they are there. False: it is
    /// larger.
    bool read_ahead(std::int64_t most_bytes);

protected:
    ~ReadTransaction() = default;
    Rows query_values(Sql sql, std::initializer_list<Value> values);
    Impl* impl_;
};

/// What happened to a record, for followers of the change log. Never carries content.
struct Change {
    std::string tenant;
    std::string user;
    std::string kind;   ///< `memory`, `agent`, `key` …
    std::string action; ///< `write`, `revise`, `stamp`, `erase` …
    Uuid id{};
    std::optional<std::int64_t> revision{}; ///< revision key that the change made, if any
    bool operator==(Change const&) const = default;
};

/// A savepoint of its own inside the writer's transaction. Lent to a closure; never kept.
class WriteTransaction final : public ReadTransaction {
public:
    using ReadTransaction::ReadTransaction;

    /// Returns the number of rows changed.
    template <class... Arguments>
    std::int64_t execute(Sql sql, Arguments const&... arguments) {
        return execute_values(sql, {Value{arguments}...});
    }

    /// The instant of this mutation: one per closure, strictly above every committed one.
    Timestamp now() const;

    /// Next number of a named sequence, from 1. Numbers of closures that are rolled back are given
    /// out again; numbers of committed closures never are, even when the row is deleted.
    std::int64_t next(std::string_view sequence);

    /// Appends to the change log; returns the change's number: dense, in commit order.
    std::int64_t record(Change const& change);

    /// Runs on the writer thread once the commit is durable, before any caller of the group is
    /// answered. Dropped when the closure is rolled back. Must not throw and must not touch the
    /// database.
    void after_commit(std::function<void()> action);

    /// Counts towards the group's size limit: call it with the bytes of large values written.
    void account(std::size_t bytes);

private:
    std::int64_t execute_values(Sql sql, std::initializer_list<Value> values);
};

/// How a write closure ends.
///
/// `done` and `refused` keep the closure's rows (a refusal may record why); `failed` rolls them
/// back.
template <class T>
class [[nodiscard]] Outcome {
public:
    static Outcome done(T value) { return Outcome{std::move(value), true}; }

    static Outcome refused(Error error) { return Outcome{std::move(error), true}; }

    static Outcome failed(Error error) { return Outcome{std::move(error), false}; }

    Outcome(T value)
        : Outcome{std::move(value), true} {} // NOLINT: a plain value means done

    /// Without this, an error could be returned without saying whether its rows stay.
    Outcome(Error error) = delete;

    bool keeps_rows() const noexcept { return keeps_; }

    bool is_done() const noexcept { return std::holds_alternative<T>(state_); }

    T& value() { return std::get<T>(state_); }

    Error& error() { return std::get<Error>(state_); }

private:
    template <class U>
    Outcome(U&& state, bool keeps)
        : state_(std::forward<U>(state))
        , keeps_(keeps) {}

    std::variant<T, Error> state_;
    bool keeps_;
};

/// For mutations that answer nothing.
struct Done {
    bool operator==(Done const&) const = default;
};

} // namespace loci::store
