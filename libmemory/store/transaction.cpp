#include "store/transaction_impl.hpp"

#include <algorithm>

namespace loci::store {
namespace {

void require(bool holds, char const* message) {
    if (!holds) {
        throw InvariantError(message);
    }
}

} // namespace

Rows::Rows(std::unique_ptr<Cursor> cursor) noexcept
    : cursor_(std::move(cursor)) {}

Rows::Rows(Rows&&) noexcept = default;
Rows& Rows::operator=(Rows&&) noexcept = default;
Rows::~Rows() = default;

bool Rows::next() {
    return cursor_->next();
}

bool Rows::is_null(int column) const {
    return cursor_->type(column) == ColumnType::null;
}

std::int64_t Rows::integer(int column) const {
    require(cursor_->type(column) == ColumnType::integer, "a column is not an integer");
    return cursor_->integer(column);
}

double Rows::real(int column) const {
    auto const type = cursor_->type(column);
    require(type == ColumnType::real || type == ColumnType::integer, "a column is not a number");
    return cursor_->real(column);
}

std::string_view Rows::text(int column) const {
    require(cursor_->type(column) == ColumnType::text, "a column is not text");
    return cursor_->text(column);
}

std::span<std::byte const> Rows::blob(int column) const {
    require(cursor_->type(column) == ColumnType::blob, "a column is not a blob");
    return cursor_->blob(column);
}

Uuid Rows::uuid(int column) const {
    auto const bytes = blob(column);
    Uuid id;
    require(bytes.size() == id.bytes.size(), "a column is not an id");
    std::ranges::copy(bytes, std::as_writable_bytes(std::span{id.bytes}).begin());
    return id;
}

Timestamp Rows::time(int column) const {
    return from_micros(integer(column));
}

std::optional<std::int64_t> Rows::optional_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional{integer(column)};
}

std::optional<double> Rows::optional_real(int column) const {
    return is_null(column) ? std::nullopt : std::optional{real(column)};
}

std::optional<std::string> Rows::optional_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional<std::string>{text(column)};
}

std::optional<Uuid> Rows::optional_uuid(int column) const {
    return is_null(column) ? std::nullopt : std::optional{uuid(column)};
}

std::optional<Timestamp> Rows::optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional{time(column)};
}

Rows ReadTransaction::query_values(Sql sql, std::initializer_list<Value> values) {
    return Rows{impl_->connection.query(sql.text(), {values.begin(), values.size()})};
}

Timestamp ReadTransaction::now() const {
    return impl_->now;
}

std::int64_t ReadTransaction::last_change() const {
    return impl_->ledger != nullptr ? impl_->ledger->last_change() : impl_->last_change;
}

Timestamp ReadTransaction::last_commit_time() const {
    return impl_->ledger != nullptr ? impl_->ledger->last_time() : impl_->last_commit_time;
}

bool ReadTransaction::read_ahead(std::int64_t most_bytes) {
    return impl_->connection.read_ahead(most_bytes);
}

Timestamp WriteTransaction::now() const {
    return impl_->ledger->now();
}

std::int64_t WriteTransaction::next(std::string_view sequence) {
    return impl_->ledger->next(sequence);
}

std::int64_t WriteTransaction::record(Change const& change) {
    return impl_->ledger->record(change);
}

void WriteTransaction::after_commit(std::function<void()> action) {
    impl_->ledger->after_commit(std::move(action));
}

void WriteTransaction::account(std::size_t bytes) {
    impl_->accounted += bytes;
}

std::int64_t WriteTransaction::execute_values(Sql sql, std::initializer_list<Value> values) {
    return impl_->connection.execute(sql.text(), {values.begin(), values.size()});
}

} // namespace loci::store
