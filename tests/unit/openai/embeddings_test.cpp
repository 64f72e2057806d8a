#include "fixture.hpp"

#include <boost/json.hpp>
#include <openai/vectors.hpp>
#include <support/small_server.hpp>

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;
using namespace std::chrono_literals;

namespace {

using Vectors = std::vector<std::vector<float>>;

/// A vector a text: (number of bytes, 1), answered in reverse order.
FakeTransport::Answer answer_to(OutboundRequest const& request) {
    auto const body = boost::json::parse(request.body);
    auto const& inputs = body.at("input").as_array();
    boost::json::array data;
    for (std::size_t i = inputs.size(); i-- > 0;) {
        data.push_back({{"object", "embedding"},
                        {"index", i},
                        {"embedding", {static_cast<double>(inputs[i].as_string().size()), 1.0}}});
    }
    return OutboundAnswer{
        200, {}, boost::json::serialize(boost::json::object{{"data", std::move(data)}})};
}

struct EmbeddingsFixture : OpenAiFixture {
    EmbeddingsFixture() { transport.otherwise = answer_to; }

    OpenAiEmbeddings settings() const { return {.server = server(), .known_dimension = 2}; }

    std::unique_ptr<Embedder> open(OpenAiEmbeddings const& given) {
        return open_openai_embedder(given, environment()).value();
    }

    boost::json::value sent(std::size_t request) const {
        return boost::json::parse(transport.requests.at(request).body);
    }
};

Result<Vectors> embed(Embedder& embedder, std::vector<std::string_view> const& texts,
                      EmbeddingPurpose purpose = EmbeddingPurpose::passage) {
    return embedder.embed(texts, purpose);
}

std::string fault_of(std::string const& answer, std::size_t count = 1) {
    auto const vectors = openai::read_vectors(answer, count);
    return vectors ? "" : vectors.error().reason;
}

} // namespace

TEST_CASE_METHOD(EmbeddingsFixture, "texts go out in batches and come back in order, of length 1",
                 "[openai][embeddings]") {
    auto given = settings();
    given.batch = 2;
    auto const embedder = open(given);
    auto const vectors = embed(*embedder, {"a", "bbb", "cccccccc"}).value();
    REQUIRE(vectors.size() == 3);
    CHECK(vectors[0][0] == Approx(1 / std::sqrt(2.0)));
    CHECK(vectors[1][0] == Approx(3 / std::sqrt(10.0)));
    CHECK(vectors[2][0] == Approx(8 / std::sqrt(65.0)));
    CHECK(vectors[2][1] == Approx(1 / std::sqrt(65.0)));
    REQUIRE(transport.requests.size() == 2);
    CHECK(transport.requests[0].url == "http://models.example/v1/embeddings");
    CHECK(transport.requests[0].body == R"({"model":"tiny","input":["a","bbb"]})");
    CHECK(transport.requests[1].body == R"({"model":"tiny","input":["cccccccc"]})");
}

TEST_CASE_METHOD(EmbeddingsFixture, "prefixes follow the purpose and long texts are cut",
                 "[openai][embeddings]") {
    auto given = settings();
    given.query_prefix = "query: ";
    given.passage_prefix = "passage: ";
    given.longest_text = 3;
    auto const embedder = open(given);
    static_cast<void>(embed(*embedder, {"\u00E9\u00E9\u00E9\u00E9"}).value());
    static_cast<void>(embed(*embedder, {"abcd"}, EmbeddingPurpose::query).value());
    CHECK(sent(0).at("input").at(0) == "passage: \u00E9\u00E9\u00E9");
    CHECK(sent(1).at("input").at(0) == "query: abc");
    CHECK(transport.requests[0].timeout == 30s);
    CHECK(transport.requests[1].timeout == 3s);
}

TEST_CASE_METHOD(EmbeddingsFixture, "a blank text is not sent and has no vector",
                 "[openai][embeddings]") {
    auto const embedder = open(settings());
    auto const vectors = embed(*embedder, {" \n", "a", ""}).value();
    CHECK(vectors[0].empty());
    CHECK(vectors[1].size() == 2);
    CHECK(vectors[2].empty());
    CHECK(sent(0).at("input").as_array().size() == 1);
    CHECK(embed(*embedder, {"", " "}).value() == Vectors{{}, {}});
    CHECK(transport.requests.size() == 1);
}

TEST_CASE_METHOD(EmbeddingsFixture, "the dimension is asked for once unless it is known",
                 "[openai][embeddings]") {
    auto given = settings();
    given.known_dimension.reset();
    auto const probing = open(given);
    CHECK(probing->dimension() == 2);
    CHECK(transport.requests.size() == 1);
    CHECK(sent(0).as_object().if_contains("dimensions") == nullptr);

    given.dimensions = 2;
    auto const cut = open(given);
    CHECK(cut->dimension() == 2);
    CHECK(transport.requests.size() == 1);
    static_cast<void>(embed(*cut, {"a"}).value());
    CHECK(sent(1).at("dimensions") == 2);

    transport.otherwise = nullptr;
    given.dimensions.reset();
    auto const unreachable = open_openai_embedder(given, environment());
    REQUIRE_FALSE(unreachable.has_value());
    CHECK(unreachable.error().kind == ErrorKind::unavailable);
}

TEST_CASE_METHOD(EmbeddingsFixture, "a vector of another dimension than known is a fault",
                 "[openai][embeddings]") {
    auto given = settings();
    given.known_dimension = 3;
    auto const embedder = open(given);
    auto const answer = embed(*embedder, {"a"});
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().reason == "MODEL_SERVER_FAULTY");
    CHECK(holds(answer.error().message, "2 dimensions in place of 3"));
}

TEST_CASE_METHOD(EmbeddingsFixture, "a server that fails is left alone for a while",
                 "[openai][embeddings]") {
    auto const embedder = open(settings());
    transport.otherwise = nullptr;
    CHECK_FALSE(embed(*embedder, {"a"}).has_value());
    auto const asked = transport.requests.size();
    auto const paused = embed(*embedder, {"a"});
    REQUIRE_FALSE(paused.has_value());
    CHECK(paused.error().reason == "MODEL_SERVER_PAUSED");
    CHECK(transport.requests.size() == asked);
    transport.otherwise = answer_to;
    clock.advance(1s);
    CHECK(embed(*embedder, {"a"}).has_value());
    CHECK(embed(*embedder, {"a"}).has_value());
}

TEST_CASE_METHOD(EmbeddingsFixture, "a text that the server refuses says nothing of the server",
                 "[openai][embeddings]") {
    auto const embedder = open(settings());
    transport.answer(413, "too long");
    auto const refused = embed(*embedder, {"a"});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::invalid);
    CHECK(embed(*embedder, {"a"}).has_value());
}

TEST_CASE("an answer's vectors are sorted, normalised and read from base64",
          "[openai][embeddings]") {
    // 3.0f 4.0f as base64 of 00 00 40 40 00 00 80 40
    auto const vectors = openai::read_vectors(
        R"({"object":"list","data":[{"index":1,"embedding":"AABAQAAAgEA="},)"
        R"({"index":0,"embedding":[0,-2.5]}],"model":"m","usage":{"total_tokens":1}})",
        2);
    CHECK(vectors.value() == Vectors{{0.0F, -1.0F}, {0.6F, 0.8F}});
    CHECK(openai::read_vectors(R"({"data":[{"embedding":[2]},{"embedding":[-3]}]})", 2).value() ==
          Vectors{{1.0F}, {-1.0F}});
    CHECK(openai::read_vectors(R"({"data":[{"index":0,"embedding":[0,0]}]})", 1).value() ==
          Vectors{{}});
}

TEST_CASE("a faulty answer is told from a sound one", "[openai][embeddings]") {
    auto const* const answer = GENERATE(
        "", "[]", "null", "{}", R"({"data":{}})", R"({"data":[]})", R"({"data":[1]})",
        R"({"data":[{"index":0}]})", R"({"data":[{"index":1,"embedding":[1]}]})",
        R"({"data":[{"index":-1,"embedding":[1]}]})", R"({"data":[{"index":"0","embedding":[1]}]})",
        R"({"data":[{"index":0,"embedding":[]}]})", R"({"data":[{"index":0,"embedding":["1"]}]})",
        R"({"data":[{"index":0,"embedding":null}]})",
        R"({"data":[{"index":0,"embedding":[1e999]}]})",
        R"({"data":[{"index":0,"embedding":"AAB"}]})",
        R"({"data":[{"index":0,"embedding":"!!!!"}]})",
        R"({"data":[{"index":0,"embedding":"AADAfw=="}]})"); // base64 of a float that is no number
    CAPTURE(answer);
    CHECK(fault_of(answer) == "MODEL_SERVER_FAULTY");
}

TEST_CASE("vectors must be as many as the texts, each once and of one length",
          "[openai][embeddings]") {
    CHECK(fault_of(R"({"data":[{"index":0,"embedding":[1]}]})", 2) == "MODEL_SERVER_FAULTY");
    CHECK(fault_of(R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})", 2) ==
          "MODEL_SERVER_FAULTY");
    CHECK(fault_of(R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]})", 2) ==
          "MODEL_SERVER_FAULTY");
}

TEST_CASE("a model's id holds what changes the vectors of memories", "[openai][embeddings]") {
    OpenAiEmbeddings settings{.server = {.base_url = "http://a.example", .model = "m"}};
    CHECK(model_id_of(settings) == "openai:m");
    auto moved = settings;
    moved.server.base_url = "https://b.example/v1";
    moved.server.key = "key";
    moved.query_prefix = "query: ";
    CHECK(model_id_of(moved) == "openai:m");
    moved.dimensions = 256;
    CHECK(model_id_of(moved) == "openai:m/256");
    moved.passage_prefix = "passage: ";
    auto const prefixed = model_id_of(moved);
    CHECK(prefixed.size() == 21);
    CHECK(prefixed.starts_with("openai:m/256#"));
    moved.passage_prefix = "Passage: ";
    CHECK(model_id_of(moved) != prefixed);
}

TEST_CASE_METHOD(EmbeddingsFixture, "faulty settings are refused at opening",
                 "[openai][embeddings]") {
    auto const field = [&](auto change) {
        auto faulty = settings();
        change(faulty);
        auto const opened = open_openai_embedder(faulty, environment());
        return opened ? "" : opened.error().fields.at(0).path;
    };
    CHECK(field([](auto& given) { given.server.model = ""; }) == "model");
    CHECK(field([](auto& given) { given.batch = 0; }) == "batch");
    CHECK(field([](auto& given) { given.longest_text = 0; }) == "longest_text");
    CHECK(field([](auto& given) { given.dimensions = 0; }) == "dimensions");
    CHECK(field([](auto& given) { given.passage_prefix = "\xFF"; }) == "prefix");
}

TEST_CASE_METHOD(OpenAiFixture, "vectors come over a real connection", "[openai][embeddings]") {
    SmallServer server{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                       "Content-Length: 49\r\n\r\n"
                       R"({"data":[{"index":0,"embedding":[3,4]}],"x":"yz"})"};
    auto const network = curl_transport();
    auto const embedder =
        open_openai_embedder({.server = {.base_url = server.url("/v1"), .model = "m", .key = "k"},
                              .known_dimension = 2},
                             {clock, random, *ids, *network})
            .value();
    CHECK(embed(*embedder, {"caf\u00E9"}).value() == Vectors{{0.6F, 0.8F}});
    auto const& request = server.request();
    CHECK(request.starts_with("POST /v1/embeddings HTTP/1.1\r\n"));
    CHECK(holds(request, "\r\nAuthorization: Bearer k\r\n"));
    CHECK(request.ends_with("\r\n\r\n{\"model\":\"m\",\"input\":[\"caf\u00E9\"]}"));
}
