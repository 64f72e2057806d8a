#include "identity/request_log.hpp"

#include "identity/errors.hpp"

#include <chrono>
#include <loci/base/utf8.hpp>

namespace loci::runtime {
namespace {

constexpr std::chrono::hours kept{24};
constexpr std::size_t longest_key = 128;

constexpr store::Sql find{R"sql(
SELECT operation, request_hash, subject, created FROM completed_request
WHERE tenant = ?1 AND user = ?2 AND key = ?3 AND at > ?4
)sql"};

constexpr store::Sql remember{R"sql(
INSERT INTO completed_request (tenant, user, key, operation, request_hash, subject, created, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
)sql"};

constexpr store::Sql drop_old{"DELETE FROM completed_request WHERE at <= ?1"};

} // namespace

Result<std::optional<CompletedRequest>> find_completed(store::ReadTransaction& transaction,
                                                       Account const& account,
                                                       std::optional<IdempotencyKey> const& key,
                                                       std::string_view operation,
                                                       Hash const& request) {
    if (!key) {
        return std::nullopt;
    }
    if (!is_utf8(key->text) || key->text.find('\0') != std::string::npos || key->text.empty() ||
        count_code_points(key->text) > longest_key) {
        return broken_rule("idempotency_key", "maxLength", std::int64_t{longest_key},
                           "an idempotency key has 1 to 128 characters");
    }
    auto rows =
        transaction.query(find, account.tenant, account.user, key->text, transaction.now() - kept);
    if (!rows.next()) {
        return std::nullopt;
    }
    if (rows.text(0) != operation || !equal_in_constant_time(rows.blob(1), request)) {
        return Error{ErrorKind::conflict, "IDEMPOTENCY_KEY_REUSED",
                     "This idempotency key was used for another request"};
    }
    return CompletedRequest{rows.uuid(2), rows.integer(3) != 0};
}

void record_completed(store::WriteTransaction& transaction, Account const& account,
                      std::optional<IdempotencyKey> const& key, std::string_view operation,
                      Hash const& request, CompletedRequest const& completed) {
    if (!key) {
        return;
    }
    transaction.execute(drop_old, transaction.now() - kept);
    transaction.execute(remember, account.tenant, account.user, key->text, operation,
                        store::Value::Blob{request}, completed.subject, completed.created ? 1 : 0,
                        transaction.now());
}

} // namespace loci::runtime
