#include "api_support.hpp"
#include "json_schema.hpp"

#include <functional>
#include <map>
#include <set>

using namespace loci;
using namespace loci::tests;

namespace {

std::string upper_case(std::string_view word) {
    std::string out;
    for (char const letter : word) {
        out += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    }
    return out;
}

/// The document of a running server, and its operations one by one.
class Contract {
public:
    explicit Contract(RunningApi& api)
        : document(api.stranger().get("/openapi.json").json()) {}

    void for_each(std::function<void(std::string const& method, std::string const& path,
                                     json::object const& operation)> const& visit) const {
        for (auto const& [path, operations] : document.at("paths").as_object()) {
            for (auto const& [method, operation] : operations.as_object()) {
                visit(upper_case({method.data(), method.size()}), {path.data(), path.size()},
                      operation.as_object());
            }
        }
    }

    /// The answer's status is declared, with its media type, and its body keeps the schema.
    void check(json::object const& operation, HttpAnswer const& answer) const {
        INFO(answer.status << " " << answer.body.substr(0, 1000));
        auto const* declared =
            operation.at("responses").as_object().if_contains(std::to_string(answer.status));
        REQUIRE(declared != nullptr);
        if (auto const* reference = declared->as_object().if_contains("$ref")) {
            json::error_code error;
            declared = document.find_pointer(reference->as_string().c_str() + 1, error);
            REQUIRE(declared != nullptr);
        }
        auto const& content = declared->at("content").as_object();
        auto const media = answer.header("content-type");
        auto const* described = content.if_contains(media.substr(0, media.find(';')));
        REQUIRE(described != nullptr);
        if (media.starts_with("application/json")) {
            CHECK(breaches(described->at("schema"), answer.json(), document) ==
                  std::vector<std::string>{});
        }
    }

    json::value const document;
};

bool needs_key(json::object const& operation) {
    return !operation.contains("security");
}

bool has_body(json::object const& operation) {
    return operation.contains("requestBody");
}

std::string with_id(std::string path, std::string const& id) {
    if (auto const at = path.find("{id}"); at != std::string::npos) {
        path.replace(at, 4, id);
    }
    return path;
}

/// The target with the example of every required query parameter.
std::string with_examples(std::string target, json::object const& operation) {
    auto const* parameters = operation.if_contains("parameters");
    if (parameters == nullptr) {
        return target;
    }
    char separator = '?';
    for (auto const& parameter : parameters->as_array()) {
        if (parameter.at("in") == "query" && parameter.at("required").as_bool()) {
            target +=
                separator + text_of(parameter.at("name")) + "=" + text_of(parameter.at("example"));
            separator = '&';
        }
    }
    return target;
}

std::string example_body(json::object const& operation) {
    auto const& content = operation.at("requestBody").at("content").at("application/json");
    return json::serialize(content.at("example"));
}

} // namespace

TEST_CASE("every operation answers its own example as declared", "[http][contract]") {
    RunningApi api;
    auto client = api.client();
    auto const memory = text_of(remember(client, {{"content", "Likes the dark theme"},
                                                  {"tags", json::array{"ui"}},
                                                  {"sequence", 1},
                                                  {"importance", 0.5}})
                                    .at("id"));
    auto const key = text_of(client.post("/keys", R"({"name":"k"})").json().at("id"));
    Contract const contract{api};
    int operations = 0;
    // readers first: one of the others deletes what they read
    for (bool const deletes : {false, true}) {
        contract.for_each([&](auto const& method, auto const& path, json::object const& operation) {
            if ((method == "DELETE") != deletes) {
                return;
            }
            ++operations;
            CAPTURE(method, path);
            auto const id = path.find("/keys/") != std::string::npos ? key : memory;
            auto const target = with_examples(with_id(path, id), operation);
            auto const answer = has_body(operation) ? client.post(target, example_body(operation))
                                                    : client.request(method, target);
            CHECK(answer.status < 400);
            contract.check(operation, answer);
        });
    }
    CHECK(operations == 25);
}

TEST_CASE("every operation with a key refuses strangers as declared", "[http][contract]") {
    RunningApi api;
    auto client = api.stranger();
    Contract const contract{api};
    contract.for_each([&](auto const& method, auto const& path, json::object const& operation) {
        CAPTURE(method, path);
        auto const answer = client.request(method, with_id(path, "x1"));
        if (needs_key(operation)) {
            CHECK(answer.status == 401);
            contract.check(operation, answer);
        } else {
            CHECK(answer.status < 400);
        }
    });
}

TEST_CASE("every operation refuses malformed input as declared", "[http][contract]") {
    RunningApi api;
    auto client = api.client();
    Contract const contract{api};
    contract.for_each([&](auto const& method, auto const& path, json::object const& operation) {
        CAPTURE(method, path);
        auto const target = with_id(path, "x1");
        auto const bad_target = client.request(method, target + "?%zz");
        CHECK(bad_target.status == 400);
        contract.check(operation, bad_target);
        if (has_body(operation)) {
            for (auto const* body : {"{", "[]", "{\"a\":1,\"a\":2}"}) {
                auto const answer = client.post(target, body);
                CHECK(answer.status == 400);
                contract.check(operation, answer);
            }
            auto const text = client.request(method, target, "x", {{"content-type", "text/plain"}});
            CHECK(text.status == 415);
            contract.check(operation, text);
        } else if (path.find("{id}") != std::string::npos) {
            auto const malformed = client.request(method, with_id(path, "a%20b"));
            CHECK(malformed.status == 400);
            contract.check(operation, malformed);
            auto const unknown = client.request(method, target);
            CHECK(unknown.status == 404);
            contract.check(operation, unknown);
        }
    });
}

TEST_CASE("every operation that needs a permission refuses without it as declared",
          "[http][contract]") {
    RunningApi api;
    auto client = api.client();
    auto const memory = text_of(remember(client, {{"content", "x"}}).at("id"));
    auto weak = api.client(api.key_with_scopes({"audit:read"}));
    Contract const contract{api};
    contract.for_each([&](auto const& method, auto const& path, json::object const& operation) {
        CAPTURE(method, path);
        auto const target = with_examples(with_id(path, memory), operation);
        auto const answer = has_body(operation) ? weak.post(target, example_body(operation))
                                                : weak.request(method, target);
        bool const is_declared = operation.at("responses").as_object().contains("403");
        CHECK((answer.status == 403) == is_declared);
        contract.check(operation, answer);
    });
}

TEST_CASE("answers that no example brings about keep the document too", "[http][contract]") {
    RunningApi api;
    auto client = api.client();
    remember(client, {{"content", "Likes the dark theme"}});
    Contract const contract{api};

    struct Asked {
        std::string path;
        std::string body;
        int status;
    };

    for (auto const& [path, body, status] : {
             Asked{"/v1/memory/query", R"({"query":"theme","explain":true})", 200},
             Asked{"/v1/memory/query", R"({"query":"theme","limit":100,"offset":901})", 400},
             Asked{"/v1/memory/batch/search", R"({"queries":["*","",7,{"limit":0}]})", 200},
             Asked{"/v1/memory/batch", R"({"memories":[{"content":""},5]})", 200},
             Asked{"/v1/memory/batch", R"({"memories":[{"content":"a"},{"tags":5}]})", 201},
             Asked{"/v1/memory/batch",
                   R"({"memories":[{"content":"a"},{"content":5}],"transactional":true})", 400},
             Asked{"/v1/memory/batch", R"({"memories":[]})", 400},
             Asked{"/v1/memory/context-window", R"({"query":"theme","tokenBudget":1})", 200},
             Asked{"/v1/keys", R"({"name":"k","style":"memorose","expires_days":1})", 201},
             Asked{"/v1/keys", R"({"name":"k","scopes":["x"]})", 400},
             Asked{"/v1/agents/register", R"({"agentType":"claude","agentName":"worker"})", 201},
             Asked{"/v1/agents/register", R"({"agentType":"codex"})", 200},
         }) {
        CAPTURE(path, body);
        auto const answer = client.post(path, body);
        CHECK(answer.status == status);
        auto const& operations = contract.document.at("paths").at(path).as_object();
        contract.check(operations.at("post").as_object(), answer);
    }
    auto const other = api.key_with_scopes({"executions:work"});
    auto const taken = api.client(other).post("/v1/agents/register",
                                              R"({"agentType":"claude","agentName":"WORKER"})");
    CHECK(taken.status == 409);
    auto const& operations = contract.document.at("paths").at("/v1/agents/register").as_object();
    contract.check(operations.at("post").as_object(), taken);
}

TEST_CASE("the filters and lists that the document shows are understood", "[http][contract]") {
    RunningApi api;
    auto client = api.client();
    Contract const contract{api};
    contract.for_each([&](auto const& method, auto const& path, json::object const& operation) {
        auto const* parameters = operation.if_contains("parameters");
        if (parameters == nullptr || path.find("{id}") != std::string::npos) {
            return;
        }
        for (auto const& parameter : parameters->as_array()) {
            auto const name = text_of(parameter.at("name"));
            auto const& schema = parameter.at("schema").as_object();
            auto const type = text_of(schema.at("type"));
            if (type == "integer" || type == "boolean") {
                CAPTURE(method, path, name);
                auto const base = with_examples(path, operation);
                auto const separator = base.find('?') == std::string::npos ? "?" : "&";
                auto const answer = client.get(base + separator + name + "=nonsense");
                CHECK(answer.status == 400);
                contract.check(operation, answer);
            }
        }
    });
}
