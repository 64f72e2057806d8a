#pragma once
#include "api/codec.hpp"
#include "api/memesh/words.hpp"

#include <array>
#include <cstdint>
#include <loci/base/clock.hpp>
#include <loci/base/json_object.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What MeMesh clients send: each struct with the rules of its members.
namespace loci::server::memesh {

struct NoInput {};

BOOST_DESCRIBE_STRUCT(NoInput, (), ())

inline Rules rules_of(NoInput const*) {
    return {"NoInput", {}};
}

// Writing
// -------------------------------------------------------------------------------------------------

struct WriteRequest {
    std::string content;
    std::string space = "default";
    std::optional<std::string> summary;
    std::vector<std::string> tags;
    std::string sensitivity = "normal";
    std::optional<std::string> source;
    std::optional<std::string> session;
    std::optional<std::int64_t> sequence;
    std::optional<std::string> speaker;
    std::optional<Timestamp> occurred_at;
    JsonObject metadata;
    std::optional<std::string> type;
    std::optional<double> importance;
    std::optional<double> confidence;
};

BOOST_DESCRIBE_STRUCT(WriteRequest, (),
                      (content, space, summary, tags, sensitivity, source, session, sequence,
                       speaker, occurred_at, metadata, type, importance, confidence))

inline constexpr std::array write_request_rules{
    field("content", "What to remember. White space at both ends is dropped.")
        .length(1, 32768)
        .trimmed()
        .like(R"("User prefers dark mode")"),
    field("space", "Where it belongs. Spaces named `team:…` are shared by the workspace.")
        .length(1, 64)
        .matching(space_pattern)
        .defaulted()
        .like(R"("preferences")"),
    field("summary", "A shorter form of the content.").length(0, 2000),
    field("tags", "Words to filter by. Repeated ones count once.")
        .items(0, 10)
        .length(1, 64)
        .trimmed()
        .defaulted()
        .like(R"(["ui"])"),
    field("sensitivity", "`critical` memories are left out of context windows unless asked for.")
        .one_of(sensitivity_words)
        .defaulted(),
    field("source", "Which program or place it comes from; empty counts as absent.").length(0, 128),
    field("session", "The conversation it belongs to.").length(1, 256),
    field("sequence", "Its position in the session.")
        .range(-9007199254740991.0, 9007199254740991.0),
    field("speaker", "Who said it.").length(1, 256),
    field("occurred_at", "When it happened or began to be true.")
        .like(R"("2026-03-20T09:00:00.000Z")"),
    field("metadata", "Free members, kept as they are.").at_most_bytes(65536).defaulted(),
    field("type", "An open word for what kind of statement it is.").length(1, 64),
    field("importance", "How much it matters to the caller.").range(0, 1),
    field("confidence", "How sure the caller is.").range(0, 1),
};

inline Rules rules_of(WriteRequest const*) {
    return {"MemoryBatchItem", write_request_rules};
}

struct SingleWriteRequest : WriteRequest {
    std::optional<std::string> near_duplicates;
};

BOOST_DESCRIBE_STRUCT(SingleWriteRequest, (WriteRequest), (near_duplicates))

inline constexpr auto single_write_request_rules =
    with(write_request_rules,
         field("near_duplicates",
               "What to do where a memory says the same already: `report` it and store this one, "
               "`return` it and store nothing, or `merge`: the one that says more stays. Absent: "
               "nobody looks.")
             .one_of(near_rule_words));

inline Rules rules_of(SingleWriteRequest const*) {
    return {"MemoryWrite", single_write_request_rules};
}

struct BatchRequest {
    std::vector<Checked<WriteRequest>> memories;
    bool transactional = false;
};

BOOST_DESCRIBE_STRUCT(BatchRequest, (), (memories, transactional))

inline constexpr Rule batch_request_rules[] = {
    field("memories", "Each is judged by itself.")
        .items(1, 100)
        .like(R"([{"content":"User prefers dark mode"},{"content":"Uses metric units"}])"),
    field("transactional", "Store all of them or none.").defaulted(),
};

inline Rules rules_of(BatchRequest const*) {
    return {"MemoryBatch", batch_request_rules};
}

// Searching
// -------------------------------------------------------------------------------------------------

inline constexpr Rule query_rule =
    field("query", "The question, as plain text.").length(1, 16384).trimmed().like(R"("theme")");
inline constexpr Rule spaces_rule = field("spaces", "Only these spaces; absent: all of them.")
                                        .items(0, 256)
                                        .length(1, 64)
                                        .matching(space_pattern)
                                        .defaulted();

struct SearchRequest {
    std::string query;
    std::vector<std::string> spaces;
    std::int64_t limit = 10;
};

BOOST_DESCRIBE_STRUCT(SearchRequest, (), (query, spaces, limit))

inline constexpr Rule search_request_rules[] = {
    field("query", "The question, as plain text; `*` means everything, newest first.")
        .length(1, 16384)
        .trimmed()
        .like(R"("theme")"),
    spaces_rule,
    field("limit", "The most memories to answer; above 500 counts as 500.")
        .range(1, 500)
        .clamped()
        .defaulted(),
};

inline Rules rules_of(SearchRequest const*) {
    return {"MemorySearch", search_request_rules};
}

struct SpacesRequest {
    std::vector<std::string> spaces;
};

BOOST_DESCRIBE_STRUCT(SpacesRequest, (), (spaces))

inline constexpr Rule spaces_request_rules[] = {spaces_rule};

inline Rules rules_of(SpacesRequest const*) {
    return {"SpaceList", spaces_request_rules};
}

struct BatchSearchRequest {
    std::vector<Checked<std::variant<std::string, SearchRequest>>> queries;
    bool deduplicate = false;
};

BOOST_DESCRIBE_STRUCT(BatchSearchRequest, (), (queries, deduplicate))

inline constexpr Rule batch_search_request_rules[] = {
    field("queries", "Questions, as text or with their own spaces and limit.")
        .items(1, 50)
        .length(1, 16384)
        .trimmed()
        .like(R"(["theme",{"query":"units","limit":3}])"),
    field("deduplicate", "Keep a memory only in the result where its similarity is highest.")
        .defaulted(),
};

inline Rules rules_of(BatchSearchRequest const*) {
    return {"MemoryBatchSearch", batch_search_request_rules};
}

struct TagCondition {
    std::vector<std::string> any;
    std::vector<std::string> all;
    std::vector<std::string> none;
};

BOOST_DESCRIBE_STRUCT(TagCondition, (), (any, all, none))

inline constexpr Rule tag_condition_rules[] = {
    field("any", "At least one of these.").items(0, 50).length(1, 64).trimmed().defaulted(),
    field("all", "Every one of these.").items(0, 50).length(1, 64).trimmed().defaulted(),
    field("none", "None of these.").items(0, 50).length(1, 64).trimmed().defaulted(),
};

inline Rules rules_of(TagCondition const*) {
    return {"TagCondition", tag_condition_rules};
}

/// A list means any of them.
using TagsGiven = std::variant<std::vector<std::string>, TagCondition>;

inline constexpr Rule tags_filter_rule =
    field("tags", "Tags to filter by; a list means any of them.")
        .items(0, 50)
        .length(1, 64)
        .trimmed();

struct QueryRequest {
    std::string query;
    std::int64_t limit = 10;
    std::int64_t offset = 0;
    std::optional<double> similarity_threshold;
    std::vector<std::string> spaces;
    std::optional<TagsGiven> tags;
    std::optional<Timestamp> created_after;
    std::optional<Timestamp> created_before;
    std::optional<std::string> source;
    std::vector<std::string> sensitivity;
    std::string mode = "HYBRID";
    std::string sort = "RELEVANCE";
    bool explain = false;
};

BOOST_DESCRIBE_STRUCT(QueryRequest, (),
                      (query, limit, offset, similarity_threshold, spaces, tags, created_after,
                       created_before, source, sensitivity, mode, sort, explain))

inline constexpr Rule query_request_rules[] = {
    query_rule,
    field("limit", "The most memories to answer; above 100 counts as 100.")
        .range(1, 100)
        .clamped()
        .defaulted(),
    field("offset", "How many to skip; together with `limit` at most 1000.")
        .range(0, 999)
        .defaulted(),
    field("similarity_threshold", "Memories below it are dropped, whatever their words.")
        .range(0, 1),
    spaces_rule,
    tags_filter_rule,
    field("created_after", "From this instant on."),
    field("created_before", "Before this instant."),
    field("source", "Only memories of this source.").length(1, 128),
    field("sensitivity", "Only memories of these sensitivities.")
        .items(0, 3)
        .one_of(sensitivity_words)
        .defaulted(),
    field("mode", "Which channels find.").one_of(mode_words).defaulted(),
    field("sort", "The order of the answer.").one_of(sort_words).defaulted(),
    field("explain", "Say of each memory what every channel said about it.").defaulted(),
};

inline Rules rules_of(QueryRequest const*) {
    return {"MemoryQuery", query_request_rules};
}

struct ContextRequest {
    std::string query;
    std::int64_t token_budget = 0;
    std::vector<std::string> spaces;
    std::optional<TagsGiven> tags;
    std::int64_t max_items = 100;
    std::string tokenizer = "approx";
    bool include_critical = false;
    std::string order = "RELEVANCE";
};

BOOST_DESCRIBE_STRUCT(ContextRequest, (),
                      (query, token_budget, spaces, tags, max_items, tokenizer, include_critical,
                       order))

inline constexpr Rule context_request_rules[] = {
    query_rule,
    field("token_budget", "The text never costs more.").range(1, 1'000'000).like("500"),
    spaces_rule,
    tags_filter_rule,
    field("max_items", "The most memories to consider.").range(1, 1000).defaulted(),
    field("tokenizer", "`approx` counts one token for four bytes, rounded up.")
        .one_of(tokenizer_words)
        .defaulted(),
    field("include_critical", "Let memories of sensitivity `critical` into the text.").defaulted(),
    field("order", "The order of the lines.").one_of(context_order_words).defaulted(),
};

inline Rules rules_of(ContextRequest const*) {
    return {"ContextWindowRequest", context_request_rules};
}

struct ExportRequest {
    std::vector<std::string> spaces;
    std::optional<std::string> after;
    std::string format = "memory";
};

BOOST_DESCRIBE_STRUCT(ExportRequest, (), (spaces, after, format))

inline constexpr Rule export_request_rules[] = {
    spaces_rule,
    field("after", "The id of the last event received; the header `Last-Event-ID` wins over it.")
        .length(1, 64),
    field(
        "format",
        "`memory`: as every answer gives it; `exchange`: a line of `loci export`, with stamps and "
        "links.")
        .one_of(export_format_words)
        .defaulted(),
};

inline Rules rules_of(ExportRequest const*) {
    return {"ExportRequest", export_request_rules};
}

struct ItemRequest {
    std::string id;
};

BOOST_DESCRIBE_STRUCT(ItemRequest, (), (id))

inline constexpr Rule item_request_rules[] = {
    field("id", "The id, as an answer gave it.").length(1, 64).matching(id_pattern),
};

inline Rules rules_of(ItemRequest const*) {
    return {"ItemRequest", item_request_rules};
}

// Keys and agents
// -------------------------------------------------------------------------------------------------

struct KeyRequest {
    std::string name;
    std::optional<std::vector<std::string>> scopes;
    std::optional<std::int64_t> expires_days;
    std::string style = "memesh";
};

BOOST_DESCRIBE_STRUCT(KeyRequest, (), (name, scopes, expires_days, style))

inline constexpr Rule key_request_rules[] = {
    field("name", "What the key is for.").length(1, 100).trimmed().like(R"("laptop")"),
    field("scopes", "What the key may do; absent: everything that the caller's role allows.")
        .items(1, 32)
        .length(1, 64)
        .like(R"(["memory:read"])"),
    field("expires_days", "Days until the key expires; absent: never.")
        .range(1, 3650)
        .named("expires_days"),
    field("style", "How the key's text looks; any key works everywhere.")
        .one_of(key_style_words)
        .defaulted(),
};

inline Rules rules_of(KeyRequest const*) {
    return {"KeyCreate", key_request_rules};
}

struct KeyListRequest {
    bool include_revoked = false;
    std::int64_t limit = 100;
    std::int64_t offset = 0;
};

BOOST_DESCRIBE_STRUCT(KeyListRequest, (), (include_revoked, limit, offset))

inline constexpr Rule key_list_request_rules[] = {
    field("include_revoked", "List revoked keys too.").defaulted(),
    field("limit", "The most keys to answer; above 1000 counts as 1000.")
        .range(1, 1000)
        .clamped()
        .defaulted(),
    field("offset", "How many to skip.").range(0, 1'000'000).defaulted(),
};

inline Rules rules_of(KeyListRequest const*) {
    return {"KeyListRequest", key_list_request_rules};
}

struct RegisterRequest {
    std::string agent_type;
    std::optional<std::string> agent_name;
    std::optional<std::string> agent_version;
    std::optional<JsonObject> capabilities;
};

BOOST_DESCRIBE_STRUCT(RegisterRequest, (), (agent_type, agent_name, agent_version, capabilities))

inline constexpr Rule register_request_rules[] = {
    field("agent_type", "Which product the worker is.")
        .one_of(agent_type_words)
        .like(R"("claude")"),
    field("agent_name", "Unique in the workspace, letter case ignored.")
        .length(1, 64)
        .matching(agent_name_pattern)
        .like(R"("my-agent")"),
    field("agent_version", "The version of the worker.").length(1, 64),
    field("capabilities", "Free members; `skills`, `maxConcurrent`, `features` are understood.")
        .at_most_bytes(16384),
};

inline Rules rules_of(RegisterRequest const*) {
    return {"AgentRegister", register_request_rules};
}

} // namespace loci::server::memesh
