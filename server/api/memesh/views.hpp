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

/// What MeMesh clients get of memories: each struct with the rules of its members.
namespace loci::server::memesh {

struct MemoryView {
    std::string id;
    std::string content;
    std::optional<std::string> summary;
    std::string space;
    std::vector<std::string> tags;
    std::string sensitivity;
    std::optional<std::string> source;
    std::optional<std::string> agent_id;
    Timestamp created_at;
    Timestamp updated_at;
    std::optional<std::string> session;
    std::optional<std::int64_t> sequence;
    std::optional<std::string> speaker;
    std::optional<Timestamp> occurred_at;
    JsonObject metadata;
    std::optional<std::string> type;
    std::optional<double> importance;
    std::optional<double> confidence;
};

BOOST_DESCRIBE_STRUCT(MemoryView, (),
                      (id, content, summary, space, tags, sensitivity, source, agent_id, created_at,
                       updated_at, session, sequence, speaker, occurred_at, metadata, type,
                       importance, confidence))

inline constexpr std::array memory_view_rules{
    field("id", "UUID, version 4."),
    field("content", "What was remembered."),
    field("summary", "A shorter form of the content."),
    field("space", "Where it belongs."),
    field("tags", "Words to filter by."),
    field("sensitivity", "How carefully it must be handled.").one_of(sensitivity_words),
    field("source", "Which program or place it comes from."),
    field("agent_id", "The agent whose key wrote it."),
    field("created_at", "When it was written."),
    field("updated_at", "When it last changed."),
    field("session", "The conversation it belongs to."),
    field("sequence", "Its position in the session."),
    field("speaker", "Who said it."),
    field("occurred_at", "When it happened or began to be true."),
    field("metadata", "Free members, as they were given."),
    field("type", "What kind of statement it is."),
    field("importance", "How much it matters to the caller."),
    field("confidence", "How sure the caller was."),
};

inline Rules rules_of(MemoryView const*) {
    return {"Memory", memory_view_rules};
}

struct NearDuplicateView {
    std::string id;
    double similarity = 0;
    double words = 0;
};

BOOST_DESCRIBE_STRUCT(NearDuplicateView, (), (id, similarity, words))

inline constexpr std::array near_duplicate_rules{
    field("id", "The memory that says the same."),
    field("similarity", "0 to 1, of their vectors."),
    field("words", "0 to 1, the share of words that both have."),
};

inline Rules rules_of(NearDuplicateView const*) {
    return {"NearDuplicate", near_duplicate_rules};
}

struct WrittenMemory : MemoryView {
    bool duplicate = false;
    std::vector<NearDuplicateView> near_duplicates;
};

BOOST_DESCRIBE_STRUCT(WrittenMemory, (MemoryView), (duplicate, near_duplicates))

inline constexpr auto written_memory_rules =
    with(memory_view_rules,
         field("duplicate", "Whether this is a memory of before, and nothing was stored."),
         field("near_duplicates", "What says the same, the nearest first."));

inline Rules rules_of(WrittenMemory const*) {
    return {"WrittenMemory", written_memory_rules};
}

using WriteAnswer = std::variant<MemoryView, WrittenMemory>;

inline constexpr Rule similarity_rule =
    field("similarity", "0 to 1, absolute; null where nothing was asked (`*`).");

struct FoundMemory : MemoryView {
    std::optional<double> similarity;
};

BOOST_DESCRIBE_STRUCT(FoundMemory, (MemoryView), (similarity))

inline constexpr auto found_memory_rules = with(memory_view_rules, similarity_rule);

inline Rules rules_of(FoundMemory const*) {
    return {"FoundMemory", found_memory_rules};
}

struct ScoreView {
    double fused = 0;
    std::optional<std::int64_t> semantic_rank;
    std::optional<std::int64_t> keyword_rank;
};

BOOST_DESCRIBE_STRUCT(ScoreView, (), (fused, semantic_rank, keyword_rank))

inline constexpr std::array score_rules{
    field("fused", "For order only, within one answer."),
    field("semantic_rank", "Rank by meaning; null where meaning did not find it."),
    field("keyword_rank", "Rank by words; null where words did not find it."),
};

inline Rules rules_of(ScoreView const*) {
    return {"Score", score_rules};
}

struct ChannelView {
    std::string channel;
    double raw = 0;
    double scaled = 0;
    double weight = 0;
    std::optional<std::int64_t> rank;
    std::string detail;
};

BOOST_DESCRIBE_STRUCT(ChannelView, (), (channel, raw, scaled, weight, rank, detail))

inline constexpr std::array channel_rules{
    field("channel", "Its name: `words`, `meaning`, `neighbours` or `episode`."),
    field("raw", "Its own number, such as BM25 or a cosine."),
    field("scaled", "The raw number divided by the channel's best."),
    field("weight", "What the scaled number is multiplied by."),
    field("rank", "1 is best; null where the channel did not find the memory."),
    field("detail", "For people, such as the stems that matched."),
};

inline Rules rules_of(ChannelView const*) {
    return {"ChannelScore", channel_rules};
}

struct ScoredMemory : FoundMemory {
    ScoreView score;
    std::optional<std::vector<ChannelView>> explanation;
};

BOOST_DESCRIBE_STRUCT(ScoredMemory, (FoundMemory), (score, explanation))

inline constexpr auto scored_memory_rules =
    with(found_memory_rules, field("score", "Why it stands where it stands."),
         field("explanation", "What each channel said; only when asked for.").omissible());

inline Rules rules_of(ScoredMemory const*) {
    return {"ScoredMemory", scored_memory_rules};
}

struct RetrievalView {
    std::string mode;
    bool degraded = false;
    bool truncated = false;
};

BOOST_DESCRIBE_STRUCT(RetrievalView, (), (mode, degraded, truncated))

inline constexpr std::array retrieval_rules{
    field("mode", "The channels asked for.").one_of(mode_words),
    field("degraded", "Meaning was asked for but could not be searched."),
    field("truncated", "A candidate cut-off was reached."),
};

inline Rules rules_of(RetrievalView const*) {
    return {"Retrieval", retrieval_rules};
}

struct QueryView {
    std::vector<ScoredMemory> items;
    std::int64_t total = 0;
    std::int64_t limit = 0;
    std::int64_t offset = 0;
    bool has_more = false;
    RetrievalView retrieval;
};

BOOST_DESCRIBE_STRUCT(QueryView, (), (items, total, limit, offset, has_more, retrieval))

inline constexpr std::array list_rules{
    field("items", "One page, in the order asked for."),
    field("total", "How many paging can reach."),
    field("limit", "The limit that was applied."),
    field("offset", "How many were skipped."),
    field("has_more", "Whether more follow."),
};
inline constexpr auto query_view_rules =
    with(list_rules, field("retrieval", "How the memories were found."));

inline Rules rules_of(QueryView const*) {
    return {"MemoryPage", query_view_rules};
}

struct ProblemView {
    std::string code;
    std::string message;
};

BOOST_DESCRIBE_STRUCT(ProblemView, (), (code, message))

inline constexpr std::array problem_rules{
    field("code", "Stable."),
    field("message", "For people."),
};

inline Rules rules_of(ProblemView const*) {
    return {"Problem", problem_rules};
}

struct BatchSearchResult {
    std::int64_t index = 0;
    std::string query;
    std::vector<FoundMemory> memories;
    std::optional<ProblemView> error;
};

BOOST_DESCRIBE_STRUCT(BatchSearchResult, (), (index, query, memories, error))

inline constexpr std::array batch_search_result_rules{
    field("index", "Position in the request."),
    field("query", "The question."),
    field("memories", "Best first."),
    field("error", "Why this question has no answer."),
};

inline Rules rules_of(BatchSearchResult const*) {
    return {"BatchSearchResult", batch_search_result_rules};
}

struct BatchSearchView {
    std::vector<BatchSearchResult> results;
    std::int64_t total = 0;
    std::int64_t unique = 0;
    bool deduplicated = false;
};

BOOST_DESCRIBE_STRUCT(BatchSearchView, (), (results, total, unique, deduplicated))

inline constexpr std::array batch_search_view_rules{
    field("results", "One a question, in the order of the request."),
    field("total", "Memories in all results."),
    field("unique", "Different memories in all results."),
    field("deduplicated", "Whether each memory is in one result only."),
};

inline Rules rules_of(BatchSearchView const*) {
    return {"BatchSearchAnswer", batch_search_view_rules};
}

struct ContextMemory : FoundMemory {
    std::int64_t tokens = 0;
};

BOOST_DESCRIBE_STRUCT(ContextMemory, (FoundMemory), (tokens))

inline constexpr auto context_memory_rules =
    with(found_memory_rules, field("tokens", "What its line costs."));

inline Rules rules_of(ContextMemory const*) {
    return {"ContextMemory", context_memory_rules};
}

struct ContextView {
    std::int64_t token_budget = 0;
    std::int64_t tokens_used = 0;
    std::string tokenizer;
    std::vector<ContextMemory> memories;
    std::string context;
    std::int64_t omitted = 0;
    bool truncated = false;
};

BOOST_DESCRIBE_STRUCT(ContextView, (),
                      (token_budget, tokens_used, tokenizer, memories, context, omitted, truncated))

inline constexpr std::array context_view_rules{
    field("token_budget", "What was asked for."),
    field("tokens_used", "What `context` costs; never above the budget."),
    field("tokenizer", "How tokens were counted."),
    field("memories", "What the text holds, in its order."),
    field("context", "One line a memory."),
    field("omitted", "Found, but left out because they did not fit."),
    field("truncated", "Whether something was left out."),
};

inline Rules rules_of(ContextView const*) {
    return {"ContextWindow", context_view_rules};
}

struct CountView {
    std::int64_t count = 0;
};

BOOST_DESCRIBE_STRUCT(CountView, (), (count))

inline constexpr std::array count_rules{field("count", "Memories.")};

inline Rules rules_of(CountView const*) {
    return {"Count", count_rules};
}

struct SpaceView {
    std::string space;
    std::int64_t count = 0;
    Timestamp created_at;
    Timestamp last_write_at;
};

BOOST_DESCRIBE_STRUCT(SpaceView, (), (space, count, created_at, last_write_at))

inline constexpr std::array space_rules{
    field("space", "Its name."),
    field("count", "Memories in it."),
    field("created_at", "When the first of them was written."),
    field("last_write_at", "When the last of them was written."),
};

inline Rules rules_of(SpaceView const*) {
    return {"Space", space_rules};
}

struct SpacesView {
    std::vector<SpaceView> spaces;
    std::int64_t total = 0;
};

BOOST_DESCRIBE_STRUCT(SpacesView, (), (spaces, total))

inline constexpr std::array spaces_rules{
    field("spaces", "By name."),
    field("total", "How many."),
};

inline Rules rules_of(SpacesView const*) {
    return {"Spaces", spaces_rules};
}

struct DeletedView {
    std::string id;
    bool deleted = true;
};

BOOST_DESCRIBE_STRUCT(DeletedView, (), (id, deleted))

inline constexpr std::array deleted_rules{
    field("id", "What was deleted."),
    field("deleted", "Always true."),
};

inline Rules rules_of(DeletedView const*) {
    return {"Deleted", deleted_rules};
}

} // namespace loci::server::memesh
