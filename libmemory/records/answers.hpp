#pragma once
#include <cstdint>
#include <loci/base/result.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/memory.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <records/digest.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace loci::memory {

/// Which call a key stands for: the same key with another call is a mistake of the client.
struct KeyedCall {
    std::string_view operation;
    Hash request;
};

/// What a call did, without any stored text: ids, revision keys, counts, errors.
struct StoredAnswer {
    std::string text;
    std::vector<MemoryId> memories; ///< a hard delete of one of them removes the answer
};

/// The answer that the key has got within the last 24 hours; nullopt: none.
/// Errors: `invalid` (the key), `conflict` (`IDEMPOTENCY_KEY_REUSED`).
Result<std::optional<StoredAnswer>> find_answer(store::WriteTransaction& transaction,
                                                Caller const& caller, IdempotencyKey const& key,
                                                KeyedCall const& call);

/// Keeps an answer, and drops a few that are older than 24 hours.
void keep_answer(store::WriteTransaction& transaction, Caller const& caller,
                 IdempotencyKey const& key, KeyedCall const& call, StoredAnswer const& answer);

/// Removes every answer that names the memory.
void forget_answers(store::WriteTransaction& transaction, Record const& record);

// Rendering and replay of what each operation answers.
StoredAnswer render_answer(Record const& record);
StoredAnswer render_answer(Erased const& erased);
/// Nullopt when nothing was stored or found: then a repeated call is tried again.
std::optional<StoredAnswer> render_answer(BatchResult const& result);
Result<Record> replay_record(store::ReadTransaction& transaction, StoredAnswer const& answer);
Result<Erased> replay_erased(StoredAnswer const& answer);
Result<BatchResult> replay_batch(store::ReadTransaction& transaction, StoredAnswer const& answer);

/// Runs `act` unless the key has an answer, which is then given again by `replay`.
template <class T, class Act, class Replay>
store::Outcome<T> once(store::WriteTransaction& transaction, Caller const& caller,
                       std::optional<IdempotencyKey> const& key, KeyedCall const& call, Act act,
                       Replay replay) {
    using Outcome = store::Outcome<T>;
    if (key) {
        auto const earlier = find_answer(transaction, caller, *key, call);
        if (!earlier) {
            return Outcome::failed(earlier.error());
        }
        if (*earlier) {
            Result<T> replayed = replay(**earlier);
            return replayed ? Outcome::done(std::move(*replayed))
                            : Outcome::failed(replayed.error());
        }
    }
    Result<T> result = act();
    if (!result) {
        return Outcome::failed(result.error());
    }
    if (key) {
        std::optional<StoredAnswer> const answer = render_answer(*result);
        if (answer) {
            keep_answer(transaction, caller, *key, call, *answer);
        }
    }
    return Outcome::done(std::move(*result));
}

} // namespace loci::memory
