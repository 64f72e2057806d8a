#include "openai/service.hpp"

#include <boost/json.hpp>

namespace loci::memory {
namespace {

namespace json = boost::json;

char const* name_of(ChatRole role) {
    switch (role) {
    case ChatRole::system:
        return "system";
    case ChatRole::assistant:
        return "assistant";
    default:
        return "user";
    }
}

/// The text of a message: a string, or the text parts of a list.
std::optional<std::string> text_of(json::value const& content) {
    if (content.is_string()) {
        return std::string{std::string_view{content.get_string()}};
    }
    if (!content.is_array()) {
        return std::nullopt;
    }
    std::string text;
    for (auto const& part : content.get_array()) {
        auto const* const fields = part.if_object();
        auto const* const piece = fields != nullptr ? fields->if_contains("text") : nullptr;
        if (piece != nullptr && piece->is_string()) {
            text += std::string_view{piece->get_string()};
        }
    }
    return text;
}

/// The first member of a list that is an object.
json::object const* first_object(json::value const* list) {
    if (list == nullptr || !list->is_array() || list->get_array().empty()) {
        return nullptr;
    }
    return list->get_array().front().if_object();
}

Result<ChatAnswer> read_answer(std::string_view text) {
    json::error_code failed;
    auto const parsed = json::parse({text.data(), text.size()}, failed);
    auto const* const body = failed ? nullptr : parsed.if_object();
    auto const* const choice =
        body != nullptr ? first_object(body->if_contains("choices")) : nullptr;
    auto const* const message = choice != nullptr ? choice->if_contains("message") : nullptr;
    auto const* const fields = message != nullptr ? message->if_object() : nullptr;
    auto const* const content = fields != nullptr ? fields->if_contains("content") : nullptr;
    auto answer = content != nullptr ? text_of(*content) : std::nullopt;
    if (!answer) {
        return openai::Service::faulty("no `choices` with a message of text");
    }
    auto const* const reason = choice->if_contains("finish_reason");
    auto const is_cut =
        reason != nullptr && reason->is_string() && reason->get_string() == "length";
    return ChatAnswer{std::move(*answer), is_cut};
}

class OpenAiLanguageModel final : public LanguageModel {
public:
    OpenAiLanguageModel(OpenAiServer server, Environment const& environment)
        : model_(server.model)
        , model_id_("openai:" + server.model)
        , timeout_(server.timeout)
        , patience_(server.patience)
        , service_(std::move(server), environment) {}

    std::string const& model_id() const override { return model_id_; }

    Result<ChatAnswer> chat(std::span<ChatMessage const> messages,
                            ChatOptions const& options) override {
        json::array list;
        std::vector<std::string> texts;
        for (auto const& message : messages) {
            list.push_back(
                json::object{{"role", name_of(message.role)}, {"content", message.text}});
            texts.push_back(message.text);
        }
        json::object body{{"model", model_}, {"messages", std::move(list)}, {"stream", false}};
        if (options.temperature) {
            body["temperature"] = *options.temperature;
        }
        if (options.maximum_tokens) {
            body["max_tokens"] = *options.maximum_tokens;
        }
        if (options.seed) {
            body["seed"] = *options.seed;
        }
        auto const answer = service_.post({.path = "/chat/completions",
                                           .body = json::serialize(body),
                                           .timeout = timeout_,
                                           .patience = patience_,
                                           .secrets = texts});
        if (!answer) {
            return answer.error();
        }
        return read_answer(*answer);
    }

private:
    std::string const model_;
    std::string const model_id_;
    std::chrono::milliseconds const timeout_;
    std::chrono::milliseconds const patience_;
    openai::Service service_;
};

} // namespace

Result<std::unique_ptr<LanguageModel>> open_openai_language_model(OpenAiServer server,
                                                                  Environment const& environment) {
    if (auto error = openai::Service::check(server)) {
        return *error;
    }
    return std::unique_ptr<LanguageModel>{
        std::make_unique<OpenAiLanguageModel>(std::move(server), environment)};
}

} // namespace loci::memory
