#include "support/result_text.hpp"

#include <boost/json.hpp>
#include <cli/memory_json.hpp>

namespace loci::cli {
namespace {

constexpr auto line = R"({"content":"aisle seats","space":"travel","summary":"seats",
"tags":["a","b"],"session":"s1","sequence":3,"speaker":"Ines","occurredAt":"2026-01-12T08:30:00Z",
"metadata":{"n":{"deep":[1]}},"type":"preference","importance":0.25,"confidence":1,
"sensitivity":"critical","source":"notes","id":"1f0e5b52-5f0c-4f5c-8d7a-0a4b1c2d3e4f",
"createdAt":"2026-02-01T00:00:00Z","similarity":0.5,"unknown":null,"agentId":null})";

TEST_CASE("a line is read with every member", "[cli][memory_json]") {
    auto const item = read_new_memory(line);
    REQUIRE(item);
    CHECK(item->content == "aisle seats");
    CHECK(item->scope.space == "travel");
    CHECK(item->scope.session == "s1");
    CHECK(item->summary == "seats");
    CHECK(item->tags == std::vector<std::string>{"a", "b"});
    CHECK(item->sequence == 3);
    CHECK(item->speaker == "Ines");
    CHECK(item->valid_from == parse_rfc3339("2026-01-12T08:30:00Z"));
    CHECK(item->metadata.text() == R"({"n":{"deep":[1]}})");
    CHECK(item->type == "preference");
    CHECK(item->importance == 0.25);
    CHECK(item->confidence == 1.0);
    CHECK(item->sensitivity == memory::Sensitivity::critical);
    CHECK(item->source == "notes");
    CHECK(item->id->value == *parse_uuid("1f0e5b52-5f0c-4f5c-8d7a-0a4b1c2d3e4f"));
    CHECK(item->created_at == parse_rfc3339("2026-02-01T00:00:00Z"));

    auto const least = read_new_memory(R"({"content":"x","space":null,"tags":null})");
    REQUIRE(least);
    CHECK_FALSE(least->scope.space);
    CHECK(least->tags.empty());
}

TEST_CASE("a faulty line names the member", "[cli][memory_json]") {
    auto const fault = [](char const* text) {
        auto const item = read_new_memory(text);
        REQUIRE_FALSE(item);
        CHECK(item.error().kind == ErrorKind::invalid);
        return item.error().fields.empty() ? item.error().reason : item.error().fields.front().path;
    };
    CHECK(fault("") == "VALIDATION_ERROR");
    CHECK(fault("[]") == "VALIDATION_ERROR");
    CHECK(fault(R"({"content":"x"} trailing)") == "VALIDATION_ERROR");
    CHECK(fault("{}") == "content");
    CHECK(fault(R"({"content":7})") == "content");
    CHECK(fault(R"({"content":"x","tags":"a"})") == "tags");
    CHECK(fault(R"({"content":"x","tags":["a",1]})") == "tags[1]");
    CHECK(fault(R"({"content":"x","sequence":1.5})") == "sequence");
    CHECK(fault(R"({"content":"x","sequence":99999999999999999999})") == "sequence");
    CHECK(fault(R"({"content":"x","importance":"high"})") == "importance");
    CHECK(fault(R"({"content":"x","occurredAt":"yesterday"})") == "occurredAt");
    CHECK(fault(R"({"content":"x","created_at":7})") == "created_at");
    CHECK(fault(R"({"content":"x","metadata":[]})") == "metadata");
    CHECK(fault(R"({"content":"x","sensitivity":"secret"})") == "sensitivity");
    CHECK(fault(R"({"content":"x","id":"7"})") == "id");
    std::string const deep(100, '[');
    CHECK(fault((R"({"content":"x","metadata":)" + deep).c_str()) == "VALIDATION_ERROR");
}

TEST_CASE("what is exported can be imported", "[cli][memory_json]") {
    auto const first = read_new_memory(line).value();
    memory::Record record;
    record.id = *first.id;
    record.content = first.content;
    record.scope = first.scope;
    record.tags = first.tags;
    record.summary = first.summary;
    record.metadata = first.metadata;
    record.type = first.type;
    record.sensitivity = first.sensitivity;
    record.source = first.source;
    record.confidence = first.confidence;
    record.importance = first.importance;
    record.sequence = first.sequence;
    record.speaker = first.speaker;
    record.valid_from = first.valid_from;
    record.created_at = *first.created_at;
    record.updated_at = *first.created_at;
    auto const exported = boost::json::serialize(to_json(record));
    auto const again = read_new_memory(exported).value();
    CHECK(boost::json::serialize(to_json(again)) == boost::json::serialize(to_json(first)));
    CHECK(again.id == first.id);
    CHECK(again.created_at == first.created_at);

    auto const answered = read_record(boost::json::parse(exported));
    REQUIRE(answered);
    CHECK(boost::json::serialize(to_json(*answered)) == exported);
}

TEST_CASE("a hit keeps its numbers on the way", "[cli][memory_json]") {
    memory::Recall recall;
    memory::Hit hit;
    hit.memory.id = {*parse_uuid("1f0e5b52-5f0c-4f5c-8d7a-0a4b1c2d3e4f")};
    hit.memory.content = "x";
    hit.similarity = 0.5;
    hit.score = 1.25;
    hit.semantic_rank = 2;
    hit.explanation.push_back({"words", 7.5, 1.0, 0.8, 1, "seat"});
    recall.hits.push_back(hit);
    auto const items = to_json(recall).at("items").as_array();
    auto const read = read_hit(items.at(0));
    REQUIRE(read);
    CHECK(read->similarity == 0.5);
    CHECK(read->score == 1.25);
    CHECK(read->semantic_rank == 2);
    CHECK_FALSE(read->keyword_rank);
    REQUIRE(read->explanation.size() == 1);
    CHECK(read->explanation.at(0).rank == 1);
    CHECK(read->explanation.at(0).detail == "seat");
}

TEST_CASE("an answer of another shape is not taken for a memory", "[cli][memory_json]") {
    for (auto const* text : {"7", "{}", R"({"id":"x","content":"y"})",
                             R"({"id":"1f0e5b52-5f0c-4f5c-8d7a-0a4b1c2d3e4f","content":5})"}) {
        auto const record = read_record(boost::json::parse(text));
        REQUIRE_FALSE(record);
        CHECK(record.error().reason == "UNEXPECTED_ANSWER");
    }
    CHECK_FALSE(read_key(boost::json::parse(R"({"id":"key_x","scopes":[]})")));
    CHECK_FALSE(read_key(boost::json::parse("[]")));
}

} // namespace
} // namespace loci::cli
