#include "records/answers.hpp"

#include "records/lifecycle.hpp"
#include "records/stored.hpp"
#include "records/validate.hpp"

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <chrono>
#include <span>

namespace loci::memory {
namespace {

namespace json = boost::json;

constexpr std::chrono::hours retention{24};
constexpr std::int64_t pruned_per_call = 16;

constexpr store::Sql select_answer{R"sql(
SELECT operation, request_hash, answer, created_at FROM stored_answer
WHERE tenant = ?1 AND user = ?2 AND key = ?3
)sql"};

constexpr store::Sql insert_answer{R"sql(
INSERT INTO stored_answer (tenant, user, key, operation, request_hash, answer, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
)sql"};

constexpr store::Sql insert_answer_memory{R"sql(
INSERT INTO stored_answer_memory (memory, tenant, user, key) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (memory, tenant, user, key) DO NOTHING
)sql"};

constexpr store::Sql select_old{R"sql(
SELECT tenant, user, key FROM stored_answer WHERE created_at <= ?1 ORDER BY created_at LIMIT ?2
)sql"};

constexpr store::Sql select_answers_of_memory{R"sql(
SELECT tenant, user, key FROM stored_answer_memory WHERE memory = ?1 AND tenant = ?2
)sql"};

constexpr store::Sql delete_answer{R"sql(
DELETE FROM stored_answer WHERE tenant = ?1 AND user = ?2 AND key = ?3
)sql"};

constexpr store::Sql delete_answer_memory{R"sql(
DELETE FROM stored_answer_memory WHERE memory = ?1 AND tenant = ?2 AND user = ?3 AND key = ?4
)sql"};

struct AnswerKey {
    std::string tenant;
    std::string user;
    std::string key;
};

std::string text_of(std::span<std::byte const> bytes) {
    std::string text(bytes.size(), '\0');
    std::transform(bytes.begin(), bytes.end(), text.begin(),
                   [](std::byte byte) { return static_cast<char>(byte); });
    return text;
}

std::string stored_form(StoredAnswer const& answer) {
    json::array memories;
    for (auto const& id : answer.memories) {
        memories.emplace_back(to_string(id.value));
    }
    return json::serialize(
        json::object{{"memories", std::move(memories)}, {"answer", json::parse(answer.text)}});
}

StoredAnswer from_stored_form(std::string const& text) {
    auto const value = json::parse(text);
    auto const& object = value.as_object();
    StoredAnswer answer;
    answer.text = json::serialize(object.at("answer"));
    for (auto const& id : object.at("memories").as_array()) {
        answer.memories.push_back(MemoryId{parse_uuid(id.as_string()).value_or(Uuid{})});
    }
    return answer;
}

std::vector<AnswerKey> read_keys(store::Rows rows) {
    std::vector<AnswerKey> keys;
    while (rows.next()) {
        keys.push_back(
            {std::string{rows.text(0)}, std::string{rows.text(1)}, std::string{rows.text(2)}});
    }
    return keys;
}

void drop_answer(store::WriteTransaction& transaction, AnswerKey const& key) {
    std::string stored;
    {
        auto rows = transaction.query(select_answer, key.tenant, key.user, key.key);
        if (!rows.next()) {
            return;
        }
        stored = text_of(rows.blob(2));
    }
    for (auto const& id : from_stored_form(stored).memories) {
        transaction.execute(delete_answer_memory, id.value, key.tenant, key.user, key.key);
    }
    transaction.execute(delete_answer, key.tenant, key.user, key.key);
}

json::value error_to_json(Error const& error) {
    json::array fields;
    for (auto const& field : error.fields) {
        json::value limit;
        std::visit(
            [&limit](auto const& value) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
                    limit = json::value(value);
                }
            },
            field.limit);
        fields.push_back(
            json::object{{"path", field.path}, {"rule", field.rule}, {"limit", std::move(limit)}});
    }
    return json::object{{"kind", static_cast<std::int64_t>(error.kind)},
                        {"reason", error.reason},
                        {"message", error.message},
                        {"fields", std::move(fields)}};
}

std::string string_of(json::value const& value) {
    auto const& text = value.as_string();
    return {text.data(), text.size()};
}

Error error_from_json(json::object const& object) {
    Error error{static_cast<ErrorKind>(object.at("kind").as_int64()),
                string_of(object.at("reason")), string_of(object.at("message"))};
    for (auto const& item : object.at("fields").as_array()) {
        auto const& field = item.as_object();
        FieldError fault{string_of(field.at("path")), string_of(field.at("rule"))};
        auto const& limit = field.at("limit");
        if (limit.is_int64()) {
            fault.limit = limit.get_int64();
        } else if (limit.is_double()) {
            fault.limit = limit.get_double();
        } else if (limit.is_string()) {
            fault.limit = string_of(limit);
        }
        error.fields.push_back(std::move(fault));
    }
    return error;
}

// A number's bits: its decimal form need not come back as the same number.
json::value bits_of(double number) {
    return std::bit_cast<std::int64_t>(number);
}

double from_bits(json::value const& bits) {
    return std::bit_cast<double>(bits.as_int64());
}

json::array near_to_json(std::vector<NearDuplicate> const& near) {
    json::array array;
    for (auto const& one : near) {
        array.push_back(
            json::array{to_string(one.id.value), bits_of(one.similarity), bits_of(one.words)});
    }
    return array;
}

std::vector<NearDuplicate> near_from_json(json::array const& array) {
    std::vector<NearDuplicate> near;
    for (auto const& element : array) {
        auto const& one = element.as_array();
        near.push_back({MemoryId{parse_uuid(one.at(0).as_string()).value_or(Uuid{})},
                        from_bits(one.at(1)), from_bits(one.at(2))});
    }
    return near;
}

Result<Record> record_by_key(store::ReadTransaction& transaction, std::int64_t key) {
    auto found = read_by_key(transaction, {key});
    if (found.empty()) {
        return memory_not_found();
    }
    return std::move(found.front().record);
}

} // namespace

Result<std::optional<StoredAnswer>> find_answer(store::WriteTransaction& transaction,
                                                Caller const& caller, IdempotencyKey const& key,
                                                KeyedCall const& call) {
    if (auto fault = check(key)) {
        return *fault;
    }
    std::string stored;
    {
        auto rows = transaction.query(select_answer, caller.tenant, caller.user, key.text);
        if (!rows.next() || rows.time(3) + retention <= transaction.now()) {
            return std::optional<StoredAnswer>{};
        }
        auto const hash = rows.blob(1);
        if (rows.text(0) != call.operation ||
            !std::equal(hash.begin(), hash.end(), call.request.begin(), call.request.end())) {
            return Error{ErrorKind::conflict, "IDEMPOTENCY_KEY_REUSED",
                         "the idempotency key was used for another request"};
        }
        stored = text_of(rows.blob(2));
    }
    return std::optional{from_stored_form(stored)};
}

void keep_answer(store::WriteTransaction& transaction, Caller const& caller,
                 IdempotencyKey const& key, KeyedCall const& call, StoredAnswer const& answer) {
    auto const now = transaction.now();
    for (auto const& old :
         read_keys(transaction.query(select_old, now - retention, pruned_per_call))) {
        drop_answer(transaction, old);
    }
    drop_answer(transaction, {caller.tenant, caller.user, key.text});
    auto const stored = stored_form(answer);
    transaction.execute(insert_answer, caller.tenant, caller.user, key.text, call.operation,
                        store::Value::Blob{call.request}, std::as_bytes(std::span{stored}), now);
    for (auto const& id : answer.memories) {
        transaction.execute(insert_answer_memory, id.value, caller.tenant, caller.user, key.text);
    }
}

void forget_answers(store::WriteTransaction& transaction, Record const& record) {
    for (auto const& key :
         read_keys(transaction.query(select_answers_of_memory, record.id.value, record.tenant))) {
        drop_answer(transaction, key);
    }
}

StoredAnswer render_answer(Record const& record) {
    return {json::serialize(json::value(record.revision_key)), {record.id}};
}

StoredAnswer render_answer(Erased const& erased) {
    return {json::serialize(json::array{erased.memories, erased.revisions}), {}};
}

std::optional<StoredAnswer> render_answer(BatchResult const& result) {
    json::array items;
    StoredAnswer answer;
    for (auto const& item : result.items) {
        if (item) {
            items.push_back(json::object{{"key", item->memory.revision_key},
                                         {"duplicate", item->duplicate},
                                         {"near", near_to_json(item->near)}});
            answer.memories.push_back(item->memory.id);
        } else {
            items.push_back(error_to_json(item.error()));
        }
    }
    if (answer.memories.empty()) {
        return std::nullopt;
    }
    answer.text = json::serialize(
        json::object{{"stored_any", result.stored_any}, {"items", std::move(items)}});
    return answer;
}

Result<Record> replay_record(store::ReadTransaction& transaction, StoredAnswer const& answer) {
    return record_by_key(transaction, json::parse(answer.text).as_int64());
}

Result<Erased> replay_erased(StoredAnswer const& answer) {
    auto const value = json::parse(answer.text);
    auto const& counts = value.as_array();
    return Erased{counts.at(0).to_number<std::size_t>(), counts.at(1).to_number<std::size_t>()};
}

Result<BatchResult> replay_batch(store::ReadTransaction& transaction, StoredAnswer const& answer) {
    auto const value = json::parse(answer.text);
    auto const& object = value.as_object();
    BatchResult result;
    result.stored_any = object.at("stored_any").as_bool();
    for (auto const& element : object.at("items").as_array()) {
        auto const& item = element.as_object();
        if (item.contains("kind")) {
            result.items.emplace_back(error_from_json(item));
            continue;
        }
        auto record = record_by_key(transaction, item.at("key").as_int64());
        if (!record) {
            return record.error();
        }
        result.items.emplace_back(Stored{std::move(*record), item.at("duplicate").as_bool(),
                                         near_from_json(item.at("near").as_array())});
    }
    return result;
}

} // namespace loci::memory
