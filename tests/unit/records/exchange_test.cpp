#include "fixture.hpp"

#include <loci/memory/exchange.hpp>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

MemoryId id_of(char const* text) {
    return MemoryId{parse_uuid(text).value()};
}

NewMemory everything() {
    NewMemory item{.content = "Tea \"first\",\nthen\\coffee \xF0\x9F\x8D\xB5"};
    item.scope = {.subject = "s",
                  .organization = "o",
                  .agent = "a",
                  .space = "p/q",
                  .session = "ses",
                  .project = "pro"};
    item.tags = {"one", "\xE6\x97\xA5\xE6\x9C\xAC"};
    item.title = "";
    item.summary = "short";
    item.metadata =
        JsonObject::parse(
            R"({"n":1.50,"big":123456789012345678901234567890,"deep":{"metadata":[1,null,"}\",["]}})")
            .value();
    item.kind = Kind::decision;
    item.type = "fact";
    item.nature = "procedural";
    item.level = 3;
    item.sensitivity = Sensitivity::critical;
    item.source = "unit";
    item.source_ref = "ref";
    item.provenance = "told";
    item.confidence = 0.1 + 0.2;
    item.importance = 1.0;
    item.language = "en-GB";
    item.sequence = -5;
    item.speaker = "Ann";
    item.valid_from = from_micros(-62'000'000'000'000'001);
    item.valid_to = from_micros(1'700'000'000'123'456);
    item.expires_at = from_micros(4'000'000'000'000'000);
    item.session_only = true;
    item.derived_from = {id_of("0b8a3d0e-0000-4000-8000-0000000000a1"),
                         id_of("0b8a3d0e-0000-4000-8000-0000000000b2")};
    item.id = id_of("0b8a3d0e-0000-4000-8000-000000000001");
    item.created_at = from_micros(1'600'000'000'000'007);
    item.stamps = ImportedStamps{.validation_count = 2,
                                 .last_validated_at = from_micros(1'650'000'000'000'000),
                                 .superseded_at = from_micros(1'660'000'000'000'000),
                                 .superseded_by = id_of("0b8a3d0e-0000-4000-8000-000000000002"),
                                 .expired_at = from_micros(1'670'000'000'000'000),
                                 .contested_at = from_micros(1'680'000'000'000'000)};
    return item;
}

} // namespace

TEST_CASE_METHOD(RecordsFixture, "a memory survives export and import whole",
                 "[memory][exchange]") {
    auto const item = everything();
    auto const record = write(alice, item);
    CHECK(get(alice, record.id) == record);
    auto const line = exchange_line(record);
    CHECK(line.find('\n') == std::string::npos);
    auto const read = parse_exchange_line(line);
    REQUIRE(read);
    CHECK(*read == item);
}

TEST_CASE_METHOD(RecordsFixture, "the deepest metadata survive export and import",
                 "[memory][exchange]") {
    auto const depth = JsonObject::usual_depth - 1;
    auto const metadata =
        JsonObject::parse("{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + '}');
    REQUIRE(metadata);
    auto const record = write(alice, {.content = "x", .metadata = *metadata});
    auto const read = parse_exchange_line(exchange_line(record));
    REQUIRE(read);
    CHECK(read->metadata == *metadata);
}

TEST_CASE_METHOD(RecordsFixture, "what is unset is left out", "[memory][exchange]") {
    auto const record = write(alice, "plain");
    auto const line = exchange_line(record);
    for (auto const* name : {"title", "confidence", "superseded", "session_only", "metadata",
                             "tags", "validation_count", "agent"}) {
        CHECK(line.find(name) == std::string::npos);
    }
}

TEST_CASE("a line needs only content", "[memory][exchange]") {
    auto const read = parse_exchange_line(R"({"content":"x","unknown":[1],"title":null})");
    REQUIRE(read);
    CHECK(*read == NewMemory{.content = "x"});
}

TEST_CASE("a name may be written with escapes", "[memory][exchange]") {
    auto const read = parse_exchange_line(R"({"content":"x","metad\u0061ta":{"n":1}})");
    REQUIRE(read);
    CHECK(read->metadata.text() == R"({"n":1})");
}

TEST_CASE("a line that is JSON but cannot be kept says why", "[memory][exchange]") {
    auto const message = [](std::string_view line) {
        return parse_exchange_line(line).error().message;
    };
    CHECK(message(R"({"content":"x","metadata":{"n":1e400}})") ==
          "the line contains a number out of range");
    CHECK(message(R"({"content":"x","content":"y"})") ==
          "the line repeats a name within one object");
    CHECK(message(R"({"content":"x\u0000"})") == "the line contains the character U+0000");
    CHECK(message("[]") == "the line must be a JSON object");
}

TEST_CASE("a malformed line names the member", "[memory][exchange]") {
    auto const path = [](std::string_view line) { return field_of(parse_exchange_line(line)); };
    CHECK(path(R"({})") == "content");
    CHECK(path(R"({"content":7})") == "content");
    CHECK(path(R"({"content":"x","tags":"a"})") == "tags");
    CHECK(path(R"({"content":"x","tags":["a",1]})") == "tags[1]");
    CHECK(path(R"({"content":"x","level":1.5})") == "level");
    CHECK(path(R"({"content":"x","level":99999999999})") == "level");
    CHECK(path(R"({"content":"x","sequence":18446744073709551615})") == "sequence");
    CHECK(path(R"({"content":"x","confidence":"high"})") == "confidence");
    CHECK(path(R"({"content":"x","kind":"thing"})") == "kind");
    CHECK(path(R"({"content":"x","valid_from":"yesterday"})") == "valid_from");
    CHECK(path(R"({"content":"x","id":"17"})") == "id");
    CHECK(path(R"({"content":"x","derived_from":["17"]})") == "derived_from[0]");
    CHECK(path(R"({"content":"x","metadata":[]})") == "metadata");
    CHECK(path(R"({"content":"x","session_only":1})") == "session_only");
    CHECK(reason_of(parse_exchange_line("[]")) == "VALIDATION_ERROR");
    CHECK(reason_of(parse_exchange_line("{\"content\":\"x\"")) == "VALIDATION_ERROR");
    CHECK(reason_of(parse_exchange_line("")) == "VALIDATION_ERROR");
}
