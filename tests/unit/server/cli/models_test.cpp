#include "support/fake_transport.hpp"
#include "support/leaping_clock.hpp"
#include "support/result_text.hpp"
#include "support/seeded_random.hpp"
#include "support/temporary_directory.hpp"

#include <cli/models.hpp>
#include <fstream>

namespace loci::cli {
namespace {

struct Fixture {
    Result<Embedders> open(EmbeddingSettings const& settings,
                           std::vector<memory::StoredModel> const& stored = {},
                           bool keeps_model = false) {
        return open_embedders(settings, stored, keeps_model, {clock, random, *ids, transport});
    }

    EmbeddingSettings openai() const {
        return {.embedder = "openai",
                .is_given = true,
                .server = {.url = "http://models.example/v1", .model = "m", .timeout = 5}};
    }

    tests::TemporaryDirectory directory;
    tests::LeapingClock clock;
    tests::SeededRandom random;
    tests::FakeTransport transport;
    std::unique_ptr<IdSource> ids = id_source(clock, random);
};

TEST_CASE_METHOD(Fixture, "the built-in embedder needs no settings", "[cli][models]") {
    auto const opened = open({});
    REQUIRE(opened);
    CHECK(opened->wished->model_id().starts_with("wordnet-"));
    CHECK(opened->is_local);
    CHECK(transport.requests.empty());
}

TEST_CASE_METHOD(Fixture, "an embedding server is asked once for its dimension", "[cli][models]") {
    transport.answer(200, R"({"data":[{"index":0,"embedding":[1,0,0]}]})");
    auto const opened = open(openai());
    REQUIRE(opened);
    CHECK(opened->wished->model_id() == "openai:m");
    CHECK(opened->wished->dimension() == 3);
    CHECK_FALSE(opened->is_local);
    CHECK(opened->others().size() == 1); // the built-in one, in case it served before

    auto const again = open(openai(), {{"openai:m", 3, true}});
    REQUIRE(again);
    CHECK(again->wished->dimension() == 3);
    CHECK(transport.requests.size() == 1);
}

TEST_CASE_METHOD(Fixture, "a server out of reach at the first start is a clear error",
                 "[cli][models]") {
    auto const opened = open(openai());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message == "the embedding server: nobody listens");
}

TEST_CASE_METHOD(Fixture, "the key of an embedding server may lie in a file", "[cli][models]") {
    auto settings = openai();
    settings.server.key_file = directory.path() / "key";
    auto const missing = open(settings);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().fields.at(0).path == "embedding-key-file");
    std::ofstream{directory.path() / "key"} << "sk-1\n";
    transport.answer(200, R"({"data":[{"index":0,"embedding":[1]}]})");
    REQUIRE(open(settings));
    CHECK(transport.requests.at(0).headers.back().second == "Bearer sk-1");
}

TEST_CASE_METHOD(Fixture, "a static model that is not there is named", "[cli][models]") {
    auto const opened = open({.embedder = "static:" + directory.path().string(), .is_given = true});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message.starts_with("the static model " + directory.path().string()));
}

TEST_CASE_METHOD(Fixture, "a command leaves a directory its model", "[cli][models]") {
    std::vector<memory::StoredModel> const stored{{"openai:m", 3, true}, {"wordnet-1", 256, false}};
    auto const kept = open({}, stored, true);
    REQUIRE(kept);
    CHECK(kept->wished->model_id() == "openai:m");
    CHECK(kept->wished->dimension() == 3);
    std::string_view const text = "x";
    CHECK_FALSE(
        kept->wished->embed(std::span{&text, 1}, memory::EmbeddingPurpose::query).has_value());
    auto const chosen = open({.is_given = true}, stored, true);
    REQUIRE(chosen);
    CHECK(chosen->wished->model_id().starts_with("wordnet-"));
    auto const served = open({}, stored, false);
    REQUIRE(served);
    CHECK(served->wished->model_id().starts_with("wordnet-"));
}

TEST_CASE_METHOD(Fixture, "the former embedder is opened beside the wished one", "[cli][models]") {
    auto settings = openai();
    settings.embedder = "wordnet";
    settings.former = "openai";
    auto const opened = open(settings, {{"openai:m", 3, true}});
    REQUIRE(opened);
    REQUIRE(opened->others().size() == 2);
    CHECK(opened->others().front()->model_id() == "openai:m");
}

TEST_CASE_METHOD(Fixture, "a language model is there when it is configured", "[cli][models]") {
    Environment const environment{clock, random, *ids, transport};
    auto const none = open_language_model({}, environment);
    REQUIRE(none);
    CHECK(*none == nullptr);
    auto const some = open_language_model(
        {.url = "http://models.example/v1", .model = "m", .timeout = 5}, environment);
    REQUIRE(some);
    CHECK((*some)->model_id() == "openai:m");
    auto const faulty =
        open_language_model({.url = "models.example", .model = "m", .timeout = 5}, environment);
    REQUIRE_FALSE(faulty);
    CHECK(faulty.error().message.starts_with("the chat server: "));
}

} // namespace
} // namespace loci::cli
