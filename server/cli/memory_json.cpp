#include "cli/memory_json.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <loci/memory/exchange.hpp>
#include <utility>

namespace loci::cli {
namespace {

namespace json = boost::json;

json::value text(std::optional<std::string> const& value) {
    return value ? json::value(*value) : json::value();
}

json::value time(std::optional<Timestamp> const& value) {
    return value ? json::value(format_rfc3339(*value)) : json::value();
}

template <class T>
json::value number(std::optional<T> const& value) {
    return value ? json::value(*value) : json::value();
}

json::array list(std::vector<std::string> const& values) {
    return json::array(values.begin(), values.end());
}

/// Reads the members of one object; remembers the first fault.
class Members {
public:
    explicit Members(json::object const& object)
        : object_(object) {}

    std::optional<std::string> text(char const* name) {
        auto const* value = find(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        if (!value->is_string()) {
            fault(name, "is not a text");
            return std::nullopt;
        }
        return std::string{value->get_string()};
    }

    std::optional<double> number(char const* name) {
        auto const* value = find(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        if (!value->is_number()) {
            fault(name, "is not a number");
            return std::nullopt;
        }
        return value->to_number<double>();
    }

    std::optional<std::int64_t> integer(char const* name) {
        auto const* value = find(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        json::error_code failure;
        auto const whole = value->to_number<std::int64_t>(failure);
        if (failure) {
            fault(name, "is not a whole number");
            return std::nullopt;
        }
        return whole;
    }

    std::optional<Timestamp> time(char const* name) {
        auto const value = text(name);
        auto const parsed = value ? parse_rfc3339(*value) : std::nullopt;
        if (value && !parsed) {
            fault(name, "is not an RFC 3339 instant such as 2026-03-20T09:00:00Z");
        }
        return parsed;
    }

    std::optional<std::vector<std::string>> list(char const* name) {
        auto const* value = find(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        std::vector<std::string> texts;
        if (value->is_array()) {
            for (auto const& element : value->get_array()) {
                if (element.is_string()) {
                    texts.emplace_back(element.get_string());
                }
            }
        }
        if (!value->is_array() || texts.size() != value->get_array().size()) {
            fault(name, "is not a list of texts");
            return std::nullopt;
        }
        return texts;
    }

    std::optional<JsonObject> object(char const* name) {
        auto const* value = find(name);
        if (value == nullptr) {
            return std::nullopt;
        }
        auto const parsed = JsonObject::parse(json::serialize(*value));
        if (!parsed) {
            fault(name, "is not an object");
            return std::nullopt;
        }
        return *parsed;
    }

    void fault(char const* name, std::string const& why) {
        if (!error_) {
            error_ = invalid_field(name, "type", fmt::format("{} {}", name, why));
        }
    }

    std::optional<Error> const& error() const { return error_; }

private:
    /// Null counts as absent.
    json::value const* find(char const* name) const {
        auto const* value = object_.if_contains(name);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    json::object const& object_;
    std::optional<Error> error_;
};

memory::Sensitivity read_sensitivity(Members& members) {
    auto const word = members.text("sensitivity");
    auto const parsed = word ? memory::parse_sensitivity(*word) : std::nullopt;
    if (word && !parsed) {
        members.fault("sensitivity", "is none of normal, sensitive, critical");
    }
    return parsed.value_or(memory::Sensitivity::normal);
}

std::optional<memory::MemoryId> read_id(Members& members) {
    auto const word = members.text("id");
    auto const parsed = word ? parse_uuid(*word) : std::nullopt;
    if (word && !parsed) {
        members.fault("id", "is not a UUID");
    }
    return parsed ? std::optional{memory::MemoryId{*parsed}} : std::nullopt;
}

memory::Record record_of(Members& members) {
    memory::Record record;
    if (auto const id = read_id(members)) {
        record.id = *id;
    } else {
        members.fault("id", "is missing");
    }
    record.content = members.text("content").value_or("");
    record.summary = members.text("summary");
    record.scope.space = members.text("space").value_or("default");
    record.scope.session = members.text("session");
    record.tags = members.list("tags").value_or(std::vector<std::string>{});
    record.sensitivity = read_sensitivity(members);
    record.source = members.text("source");
    record.sequence = members.integer("sequence");
    record.speaker = members.text("speaker");
    record.valid_from = members.time("occurredAt");
    record.metadata = members.object("metadata").value_or(JsonObject{});
    record.type = members.text("type");
    record.importance = members.number("importance");
    record.confidence = members.number("confidence");
    record.created_at = members.time("createdAt").value_or(Timestamp{});
    record.updated_at = members.time("updatedAt").value_or(record.created_at);
    return record;
}

json::object to_json(memory::ChannelScore const& channel) {
    return {{"channel", channel.channel},   {"raw", channel.raw},
            {"scaled", channel.scaled},     {"weight", channel.weight},
            {"rank", number(channel.rank)}, {"detail", channel.detail}};
}

std::vector<memory::ChannelScore> read_explanation(json::object const& hit) {
    std::vector<memory::ChannelScore> channels;
    auto const* list = hit.if_contains("explanation");
    if (list == nullptr || !list->is_array()) {
        return channels;
    }
    for (auto const& value : list->get_array()) {
        if (!value.is_object()) {
            continue;
        }
        Members members{value.get_object()};
        memory::ChannelScore channel;
        channel.channel = members.text("channel").value_or("");
        channel.raw = members.number("raw").value_or(0);
        channel.scaled = members.number("scaled").value_or(0);
        channel.weight = members.number("weight").value_or(0);
        if (auto const rank = members.integer("rank")) {
            channel.rank = static_cast<int>(*rank);
        }
        channel.detail = members.text("detail").value_or("");
        channels.push_back(std::move(channel));
    }
    return channels;
}

} // namespace

json::object to_json(memory::Record const& record) {
    return {{"id", to_string(record.id.value)},
            {"content", record.content},
            {"summary", text(record.summary)},
            {"space", record.scope.space.value_or("default")},
            {"tags", list(record.tags)},
            {"sensitivity", to_string(record.sensitivity)},
            {"source", text(record.source)},
            {"createdAt", format_rfc3339(record.created_at)},
            {"updatedAt", format_rfc3339(record.updated_at)},
            {"session", text(record.scope.session)},
            {"sequence", number(record.sequence)},
            {"speaker", text(record.speaker)},
            {"occurredAt", time(record.valid_from)},
            {"metadata", json::parse(record.metadata.text())},
            {"type", text(record.type)},
            {"importance", number(record.importance)},
            {"confidence", number(record.confidence)}};
}

json::object to_json(memory::NewMemory const& item) {
    json::object object{{"content", item.content}};
    auto const add = [&object](char const* name, json::value value) {
        if (!value.is_null()) {
            object[name] = std::move(value);
        }
    };
    add("space", text(item.scope.space));
    add("summary", text(item.summary));
    add("tags", item.tags.empty() ? json::value() : json::value(list(item.tags)));
    add("sensitivity", to_string(item.sensitivity));
    add("source", text(item.source));
    add("session", text(item.scope.session));
    add("sequence", number(item.sequence));
    add("speaker", text(item.speaker));
    add("occurredAt", time(item.valid_from));
    add("metadata", json::parse(item.metadata.text()));
    add("type", text(item.type));
    add("importance", number(item.importance));
    add("confidence", number(item.confidence));
    return object;
}

char const* member_without_place(memory::NewMemory const& item) {
    std::array<std::pair<bool, char const*>, 18> const members{{
        {item.scope.subject.has_value(), "subject"},
        {item.scope.organization.has_value(), "organization"},
        {item.scope.project.has_value(), "project"},
        {item.title.has_value(), "title"},
        {item.kind != memory::Kind::memory, "kind"},
        {item.nature.has_value(), "nature"},
        {item.level.has_value(), "level"},
        {item.source_ref.has_value(), "source_ref"},
        {item.provenance.has_value(), "provenance"},
        {item.language.has_value(), "language"},
        {item.valid_to.has_value(), "valid_to"},
        {item.expires_at.has_value(), "expires_at"},
        {item.session_only, "session_only"},
        {item.supersedes.has_value(), "supersedes"},
        {!item.derived_from.empty(), "derived_from"},
        {item.id.has_value(), "id"},
        {item.created_at.has_value(), "created_at"},
        {item.stamps.has_value(), "stamps of its past, such as superseded_at"},
    }};
    auto const first = std::find_if(members.begin(), members.end(),
                                    [](auto const& member) { return member.first; });
    return first == members.end() ? nullptr : first->second;
}

json::object to_json(memory::Stored const& stored, bool with_near_duplicates) {
    auto object = to_json(stored.memory);
    if (with_near_duplicates) {
        json::array near;
        for (auto const& one : stored.near) {
            near.push_back({{"id", to_string(one.id.value)},
                            {"similarity", one.similarity},
                            {"words", one.words}});
        }
        object["duplicate"] = stored.duplicate;
        object["nearDuplicates"] = std::move(near);
    }
    return object;
}

json::object to_json(memory::Recall const& recall) {
    json::array items;
    for (auto const& hit : recall.hits) {
        auto item = to_json(hit.memory);
        item["similarity"] = hit.similarity;
        item["score"] = json::object{{"fused", hit.score},
                                     {"semanticRank", number(hit.semantic_rank)},
                                     {"keywordRank", number(hit.keyword_rank)}};
        if (!hit.explanation.empty()) {
            json::array channels;
            for (auto const& channel : hit.explanation) {
                channels.push_back(to_json(channel));
            }
            item["explanation"] = std::move(channels);
        }
        items.push_back(std::move(item));
    }
    return {{"items", std::move(items)},
            {"total", recall.total},
            {"degraded", recall.degraded},
            {"truncated", recall.truncated}};
}

json::object to_json(runtime::Key const& key) {
    return {{"id", to_string(key.id)},
            {"name", key.name},
            {"masked", key.masked},
            {"scopes", list(runtime::scope_words(key.permissions))},
            {"createdAt", format_rfc3339(key.created_at)},
            {"lastUsedAt", time(key.last_used_at)},
            {"expiresAt", time(key.expires_at)},
            {"revokedAt", time(key.revoked_at)}};
}

json::object to_json(Error const& error) {
    return {{"code", error.reason}, {"message", error.message}};
}

Result<memory::NewMemory> read_new_memory(std::string_view line) {
    auto item = memory::parse_exchange_line(line);
    if (!item) {
        return item;
    }
    auto const value = json::parse(line);
    Members members{value.get_object()};
    auto const occurred_at = members.time("occurredAt");
    auto const created_at = members.time("createdAt");
    if (members.error()) {
        return *members.error();
    }
    if (!item->valid_from) {
        item->valid_from = occurred_at;
    }
    if (!item->created_at) {
        item->created_at = created_at;
    }
    return item;
}

Error unexpected_answer() {
    return {ErrorKind::unavailable, "UNEXPECTED_ANSWER",
            "the server's answer is not what this release of loci expects"};
}

Result<memory::Record> read_record(json::value const& value) {
    if (!value.is_object()) {
        return unexpected_answer();
    }
    Members members{value.get_object()};
    auto record = record_of(members);
    return members.error() ? Result<memory::Record>{unexpected_answer()}
                           : Result<memory::Record>{std::move(record)};
}

Result<memory::Stored> read_stored(json::value const& value) {
    auto record = read_record(value);
    if (!record) {
        return record.error();
    }
    memory::Stored stored{.memory = std::move(*record)};
    auto const& object = value.get_object();
    auto const* duplicate = object.if_contains("duplicate");
    stored.duplicate = duplicate != nullptr && duplicate->is_bool() && duplicate->get_bool();
    auto const* near = object.if_contains("nearDuplicates");
    if (near == nullptr || !near->is_array()) {
        return stored;
    }
    for (auto const& element : near->get_array()) {
        if (!element.is_object()) {
            return unexpected_answer();
        }
        Members members{element.get_object()};
        auto const id = parse_uuid(members.text("id").value_or(""));
        if (!id) {
            return unexpected_answer();
        }
        stored.near.push_back({memory::MemoryId{*id}, members.number("similarity").value_or(0),
                               members.number("words").value_or(0)});
    }
    return stored;
}

Result<memory::Hit> read_hit(json::value const& value) {
    auto record = read_record(value);
    if (!record) {
        return record.error();
    }
    auto const& object = value.get_object();
    Members members{object};
    memory::Hit hit;
    hit.memory = std::move(*record);
    hit.similarity = members.number("similarity").value_or(0);
    if (auto const* score = object.if_contains("score"); score != nullptr && score->is_object()) {
        Members ranks{score->get_object()};
        hit.score = ranks.number("fused").value_or(0);
        auto const rank = [&ranks](char const* name) {
            auto const found = ranks.integer(name);
            return found ? std::optional{static_cast<int>(*found)} : std::nullopt;
        };
        hit.semantic_rank = rank("semanticRank");
        hit.keyword_rank = rank("keywordRank");
    }
    hit.explanation = read_explanation(object);
    return hit;
}

Result<runtime::Key> read_key(json::value const& value) {
    if (!value.is_object()) {
        return unexpected_answer();
    }
    Members members{value.get_object()};
    auto const id = runtime::parse_key_id(members.text("id").value_or(""));
    auto const scopes = members.list("scopes").value_or(std::vector<std::string>{});
    auto const permissions = runtime::parse_scopes(scopes);
    if (!id || !permissions) {
        return unexpected_answer();
    }
    runtime::Key key{.id = *id,
                     .user = {},
                     .name = members.text("name").value_or(""),
                     .masked = members.text("masked").value_or(""),
                     .prefix = {},
                     .permissions = *permissions,
                     .created_at = members.time("createdAt").value_or(Timestamp{}),
                     .last_used_at = members.time("lastUsedAt"),
                     .expires_at = members.time("expiresAt"),
                     .revoked_at = members.time("revokedAt")};
    return members.error() ? Result<runtime::Key>{unexpected_answer()}
                           : Result<runtime::Key>{std::move(key)};
}

} // namespace loci::cli
