#include "fixture.hpp"

using namespace loci;
using namespace loci::memory;
using namespace loci::tests;

namespace {

struct ChatFixture : OpenAiFixture {
    Result<ChatAnswer> chat(ChatOptions const& options = {}) {
        std::vector<ChatMessage> const messages{{ChatRole::system, "Be brief."},
                                                {ChatRole::user, "Where does Ines sit?"},
                                                {ChatRole::assistant, "Hm."}};
        return model->chat(messages, options);
    }

    std::unique_ptr<LanguageModel> model =
        open_openai_language_model(server(), environment()).value();
};

} // namespace

TEST_CASE_METHOD(ChatFixture, "messages and options go out and the text comes back",
                 "[openai][chat]") {
    transport.answer(200, R"({"choices":[{"index":0,"message":{"role":"assistant",)"
                          R"("content":"By the aisle."},"finish_reason":"stop"}]})");
    auto const answer = chat({.temperature = 0.5, .maximum_tokens = 20, .seed = 7}).value();
    CHECK(answer.text == "By the aisle.");
    CHECK_FALSE(answer.is_cut);
    CHECK(model->model_id() == "openai:tiny");
    auto const& request = transport.requests.at(0);
    CHECK(request.url == "http://models.example/v1/chat/completions");
    CHECK(
        request.body ==
        R"({"model":"tiny","messages":[{"role":"system","content":"Be brief."},)"
        R"({"role":"user","content":"Where does Ines sit?"},{"role":"assistant","content":"Hm."}],)"
        R"("stream":false,"temperature":5E-1,"max_tokens":20,"seed":7})");
}

TEST_CASE_METHOD(ChatFixture, "an answer may come in parts and may be cut", "[openai][chat]") {
    transport.answer(200, R"({"choices":[{"message":{"content":[{"type":"text","text":"By "},)"
                          R"({"type":"image"},{"type":"text","text":"the"}]},)"
                          R"("finish_reason":"length"}]})");
    auto const answer = chat().value();
    CHECK(answer.text == "By the");
    CHECK(answer.is_cut);
}

TEST_CASE_METHOD(ChatFixture, "a chat answer of another shape is a fault", "[openai][chat]") {
    auto const* const body = GENERATE("", "{}", R"({"choices":[]})", R"({"choices":[{}]})",
                                      R"({"choices":[{"message":{"content":null}}]})",
                                      R"({"choices":[{"message":"text"}]})", R"({"choices":[1]})");
    CAPTURE(body);
    transport.answer(200, body);
    auto const answer = chat();
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().reason == "MODEL_SERVER_FAULTY");
}

TEST_CASE_METHOD(ChatFixture, "a chat that fails is tried again, a refused one is not",
                 "[openai][chat]") {
    transport.answer(503, "busy");
    transport.answer(200, R"({"choices":[{"message":{"content":"Yes."}}]})");
    CHECK(chat().value().text == "Yes.");
    transport.answer(400, "Where does Ines sit? is too long");
    auto const refused = chat();
    CHECK(refused.error().kind == ErrorKind::invalid);
    CHECK_FALSE(holds(refused.error().message, "Ines"));
    CHECK(transport.requests.size() == 3);
}

TEST_CASE_METHOD(OpenAiFixture, "a language model needs a sound address", "[openai][chat]") {
    auto const opened = open_openai_language_model({.base_url = "x", .model = "m"}, environment());
    CHECK_FALSE(opened.has_value());
}
