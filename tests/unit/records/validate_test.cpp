#include <catch2/catch.hpp>
#include <functional>
#include <limits>
#include <records/validate.hpp>

using namespace loci;
using namespace loci::memory;

namespace {

struct Fault {
    std::string path;
    std::string rule;
    std::function<void(NewMemory&)> make;
};

std::string repeated(std::size_t count) {
    return std::string(count, 'x');
}

std::vector<Fault> faults() {
    return {
        {"content", "minLength", [](NewMemory& item) { item.content = ""; }},
        {"content", "minLength", [](NewMemory& item) { item.content = " \t\n\xE2\x80\x83"; }},
        {"content", "maxLength",
         [](NewMemory& item) { item.content = repeated(limits::content_bytes + 1); }},
        {"content", "utf8", [](NewMemory& item) { item.content = "a\xED\xA0\x80"; }},
        {"content", "noNul",
         [](NewMemory& item) {
             item.content = std::string{"a\0b", 3};
         }},
        {"subject", "minLength", [](NewMemory& item) { item.scope.subject = ""; }},
        {"organization", "maxLength",
         [](NewMemory& item) { item.scope.organization = repeated(limits::coordinate_bytes + 1); }},
        {"agent", "utf8", [](NewMemory& item) { item.scope.agent = "\xFF"; }},
        {"space", "minLength", [](NewMemory& item) { item.scope.space = ""; }},
        {"session", "maxLength",
         [](NewMemory& item) { item.scope.session = repeated(limits::coordinate_bytes + 1); }},
        {"project", "noNul",
         [](NewMemory& item) {
             item.scope.project = std::string{"\0", 1};
         }},
        {"tags[1]", "minLength",
         [](NewMemory& item) {
             item.tags = {"a", "  "};
         }},
        {"tags[0]", "maxLength",
         [](NewMemory& item) { item.tags = {repeated(limits::tag_bytes + 1)}; }},
        {"tags[0]", "utf8", [](NewMemory& item) { item.tags = {"\xC0\xAF"}; }},
        {"tags", "maxItems",
         [](NewMemory& item) {
             for (int i = 0; i < 65; ++i) {
                 item.tags.push_back(std::to_string(i));
             }
         }},
        {"title", "maxLength", [](NewMemory& item) { item.title = repeated(4097); }},
        {"summary", "maxLength", [](NewMemory& item) { item.summary = repeated(65537); }},
        {"metadata", "maxLength",
         [](NewMemory& item) {
             item.metadata = JsonObject::trusted("{\"a\":\"" + repeated(65536) + "\"}");
         }},
        {"type", "minLength", [](NewMemory& item) { item.type = ""; }},
        {"nature", "enum", [](NewMemory& item) { item.nature = "magical"; }},
        {"level", "minimum", [](NewMemory& item) { item.level = 0; }},
        {"level", "maximum", [](NewMemory& item) { item.level = 256; }},
        {"source", "minLength", [](NewMemory& item) { item.source = ""; }},
        {"source_ref", "maxLength",
         [](NewMemory& item) { item.source_ref = repeated(limits::coordinate_bytes + 1); }},
        {"provenance", "utf8", [](NewMemory& item) { item.provenance = "\xF8"; }},
        {"confidence", "maximum", [](NewMemory& item) { item.confidence = 1.01; }},
        {"confidence", "type",
         [](NewMemory& item) { item.confidence = std::numeric_limits<double>::quiet_NaN(); }},
        {"importance", "minimum", [](NewMemory& item) { item.importance = -0.1; }},
        {"importance", "type",
         [](NewMemory& item) { item.importance = std::numeric_limits<double>::infinity(); }},
        {"language", "pattern", [](NewMemory& item) { item.language = "en us"; }},
        {"sequence", "maximum", [](NewMemory& item) { item.sequence = limits::sequence + 1; }},
        {"sequence", "minimum",
         [](NewMemory& item) { item.sequence = std::numeric_limits<std::int64_t>::min(); }},
        {"speaker", "minLength", [](NewMemory& item) { item.speaker = ""; }},
        {"valid_to", "after",
         [](NewMemory& item) {
             item.valid_from = from_micros(5);
             item.valid_to = from_micros(5);
         }},
        {"expires_at", "maximum",
         [](NewMemory& item) {
             item.expires_at = from_micros(std::numeric_limits<std::int64_t>::max());
         }},
        {"valid_from", "minimum",
         [](NewMemory& item) {
             item.valid_from = from_micros(std::numeric_limits<std::int64_t>::min());
         }},
        {"id", "pattern", [](NewMemory& item) { item.id = MemoryId{}; }},
        {"supersedes", "pattern", [](NewMemory& item) { item.supersedes = MemoryId{}; }},
        {"derived_from", "maxItems",
         [](NewMemory& item) { item.derived_from.resize(limits::links + 1); }},
        {"superseded_at", "required",
         [](NewMemory& item) { item.stamps = ImportedStamps{.superseded_by = MemoryId{}}; }},
        {"validation_count", "minimum",
         [](NewMemory& item) { item.stamps = ImportedStamps{.validation_count = -1}; }},
    };
}

} // namespace

TEST_CASE("every rule of the core names the field that breaks it", "[memory][validate]") {
    for (auto const& fault : faults()) {
        INFO(fault.path << " " << fault.rule);
        NewMemory item{.content = "sound"};
        REQUIRE_FALSE(check(item));
        fault.make(item);
        auto const error = check(item, "[7].");
        REQUIRE(error);
        CHECK(error->kind == ErrorKind::invalid);
        CHECK(error->reason == "VALIDATION_ERROR");
        REQUIRE(error->fields.size() == 1);
        CHECK(error->fields.front().path == "[7]." + fault.path);
        CHECK(error->fields.front().rule == fault.rule);
    }
}

TEST_CASE("all faults are named at once, and none quotes the input", "[memory][validate]") {
    auto const error = check({.content = "", .tags = {"secret\xFF"}, .confidence = 2.0});
    REQUIRE(error);
    REQUIRE(error->fields.size() == 3);
    CHECK(error->message.find("secret") == std::string::npos);
}

TEST_CASE("the largest input that is allowed is allowed", "[memory][validate]") {
    NewMemory item{.content = repeated(limits::content_bytes)};
    item.title = repeated(limits::title_bytes);
    item.summary = repeated(limits::summary_bytes);
    item.scope.space = repeated(limits::coordinate_bytes);
    for (std::size_t i = 0; i < limits::tags; ++i) {
        item.tags.push_back(std::to_string(i) + repeated(limits::tag_bytes - 2));
    }
    item.level = 255;
    item.confidence = 1.0;
    item.importance = 0.0;
    item.sequence = -limits::sequence;
    item.derived_from.resize(limits::links);
    CHECK_FALSE(check(item));
}

TEST_CASE("a patch is checked in what it names alone", "[memory][validate]") {
    CHECK_FALSE(check(Patch{}));
    CHECK_FALSE(check(Patch{.title = std::optional<std::string>{}}));
    CHECK(check(Patch{.content = "   "})->fields.front().path == "content");
    CHECK(check(Patch{.tags = std::vector<std::string>{""}})->fields.front().path == "tags[0]");
    CHECK(check(Patch{.confidence = std::optional{7.0}})->fields.front().path == "confidence");
    CHECK(check(Patch{.type = std::optional<std::string>{""}})->fields.front().path == "type");
}

TEST_CASE("a flood of tags is refused at once and briefly", "[memory][validate]") {
    NewMemory item{.content = "x"};
    for (int i = 0; i < 200'000; ++i) {
        item.tags.push_back("tag-with-a-common-beginning-" + std::to_string(i));
    }
    REQUIRE(check(item, ""));
    CHECK(check(item, "")->fields.front().path == "tags");
    item.tags.assign(200'000, " ");
    REQUIRE(check(item, ""));
    CHECK(check(item, "")->fields.size() <= 64);
}

TEST_CASE("tags are trimmed and told apart by case", "[memory][validate]") {
    CHECK(normalised_tags({" ui ", "ui", "UI", "\xE3\x80\x80ui"}) ==
          std::vector<std::string>{"ui", "UI"});
}

TEST_CASE("default is the name of the unset agent and organization, and of a space",
          "[memory][validate]") {
    NewMemory item{.content = "x", .scope = {.organization = "default", .agent = "default"}};
    auto const normal = normalised(item);
    CHECK_FALSE(normal.scope.agent);
    CHECK_FALSE(normal.scope.organization);
    CHECK(normal.scope.space == "default");
}

TEST_CASE("a caller without a user, and a malformed key, are refused", "[memory][validate]") {
    CHECK(check(Caller{.tenant = "t", .user = ""})->fields.front().path == "user");
    CHECK(check(Caller{.tenant = "", .user = "u"})->fields.front().path == "tenant");
    CHECK_FALSE(check(IdempotencyKey{repeated(128)}));
    CHECK(check(IdempotencyKey{repeated(129)}));
    CHECK(check(IdempotencyKey{""}));
}
