#include "api/openapi.hpp"

#include "api/json_text.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <fmt/format.h>

namespace loci::server {
namespace {

namespace json = boost::json;

using Schemas = std::map<std::string, json::object>;

struct CommonError {
    int status;
    char const* name;
    char const* description;
};

constexpr std::array common_errors{
    CommonError{400, "BadRequest", "The request is not valid; `details.fields` names what is not."},
    CommonError{401, "Unauthorized", "The API key is missing, unknown, expired or revoked."},
    CommonError{403, "Forbidden", "The role or the key does not allow this."},
    CommonError{404, "NotFound", "There is no such record, or it belongs to somebody else."},
    CommonError{409, "Conflict", "The state does not allow this."},
    CommonError{413, "PayloadTooLarge", "The body is longer than this route takes."},
    CommonError{415, "UnsupportedMediaType", "The body is not `application/json`."},
    CommonError{500, "InternalError", "Something went wrong in the server."},
    CommonError{503, "Unavailable", "Try again after `Retry-After` seconds."},
};

bool is_in_path(Endpoint const& endpoint, std::string const& name) {
    return endpoint.path.find("{" + name + "}") != std::string::npos;
}

std::vector<int> error_statuses(Endpoint const& endpoint) {
    std::vector<int> statuses = endpoint.errors;
    statuses.push_back(400); // at least the target can be malformed
    if (endpoint.needs_credential) {
        statuses.insert(statuses.end(), {401, 500, 503});
    }
    if (endpoint.permission) {
        statuses.push_back(403);
    }
    if (endpoint.reads_body) {
        statuses.insert(statuses.end(), {413, 415});
    }
    std::sort(statuses.begin(), statuses.end());
    statuses.erase(std::unique(statuses.begin(), statuses.end()), statuses.end());
    return statuses;
}

json::array parameters_of(Endpoint const& endpoint, Schemas& schemas) {
    json::array parameters;
    SchemaSet set{Direction::request, schemas};
    for (auto const& member : endpoint.request->members) {
        bool const in_path = is_in_path(endpoint, member.name);
        if (endpoint.reads_body && !in_path) {
            continue;
        }
        auto schema = member_schema(*endpoint.request, member, set);
        json::object parameter{{"name", member.name},
                               {"in", in_path ? "path" : "query"},
                               {"required", in_path || member.required},
                               {"description", member.rule->description}};
        schema.erase("description");
        if (schema.contains("items")) {
            parameter["style"] = "form";
            parameter["explode"] = false;
        }
        if (auto const* examples = schema.if_contains("examples")) {
            parameter["example"] = examples->as_array().front();
            schema.erase("examples");
        }
        parameter["schema"] = std::move(schema);
        parameters.push_back(std::move(parameter));
    }
    return parameters;
}

/// An example body: every member that has one; none when a required member lacks it.
json::object example_of(Shape const& shape) {
    json::object example;
    for (auto const& member : shape.members) {
        if (!member.rule->example.empty()) {
            example[member.name] = json::parse(member.rule->example);
        } else if (member.required) {
            return {};
        }
    }
    return example;
}

json::object body_of(Endpoint const& endpoint, Schemas& schemas) {
    SchemaSet set{Direction::request, schemas};
    json::object content{{"schema", refer_to(*endpoint.request, set)}};
    if (auto example = example_of(*endpoint.request); !example.empty()) {
        content["example"] = std::move(example);
    }
    bool const required =
        std::any_of(endpoint.request->members.begin(), endpoint.request->members.end(),
                    [](Member const& member) { return member.required; });
    return {{"required", required},
            {"content", json::object{{"application/json", std::move(content)}}}};
}

json::object answer_of(DeclaredAnswer const& answer, Dialect const& dialect, Schemas& schemas) {
    SchemaSet set{Direction::reply, schemas};
    json::object content;
    if (answer.schema != nullptr) {
        auto schema = answer.schema(set);
        if (answer.status >= 400) {
            schema =
                json::object{{"anyOf", json::array{std::move(schema), dialect.error_schema(set)}}};
        }
        content["schema"] = std::move(schema);
    } else {
        bool const is_json = answer.content_type == "application/json";
        content["schema"] = json::object{{"type", is_json ? "object" : "string"}};
    }
    return {{"description", answer.description},
            {"content", json::object{{answer.content_type, std::move(content)}}}};
}

json::object answers_of(Endpoint const& endpoint, Dialect const& dialect, Schemas& schemas) {
    json::object answers;
    for (auto const& answer : endpoint.answers) {
        answers[std::to_string(answer.status)] = answer_of(answer, dialect, schemas);
    }
    for (auto const status : error_statuses(endpoint)) {
        auto const key = std::to_string(status);
        auto const common =
            std::find_if(common_errors.begin(), common_errors.end(),
                         [&](CommonError const& error) { return error.status == status; });
        if (!answers.contains(key) && common != common_errors.end()) {
            answers[key] =
                json::object{{"$ref", fmt::format("#/components/responses/{}", common->name)}};
        }
    }
    return answers;
}

json::object operation_of(Endpoint const& endpoint, Dialect const& dialect, Schemas& schemas) {
    json::object operation{{"operationId", endpoint.operation},
                           {"tags", json::array{json::string{endpoint.group}}},
                           {"summary", endpoint.summary}};
    if (!endpoint.description.empty()) {
        operation["description"] = endpoint.description;
    }
    auto parameters = parameters_of(endpoint, schemas);
    if (!parameters.empty()) {
        operation["parameters"] = std::move(parameters);
    }
    if (endpoint.reads_body) {
        operation["requestBody"] = body_of(endpoint, schemas);
    }
    operation["responses"] = answers_of(endpoint, dialect, schemas);
    if (!endpoint.needs_credential) {
        operation["security"] = json::array{};
    }
    return operation;
}

std::string lower_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    });
    return text;
}

json::object common_responses(Dialect const& dialect, Schemas& schemas) {
    json::object responses;
    SchemaSet set{Direction::reply, schemas};
    for (auto const& error : common_errors) {
        json::object content{{"schema", dialect.error_schema(set)}};
        responses[error.name] =
            json::object{{"description", error.description},
                         {"content", json::object{{"application/json", std::move(content)}}}};
    }
    return responses;
}

json::object security_schemes() {
    return {{"apiKey", json::object{{"type", "apiKey"}, {"in", "header"}, {"name", "x-api-key"}}},
            {"bearer", json::object{{"type", "http"}, {"scheme", "bearer"}}}};
}

json::array groups_of(DocumentInfo const& info) {
    json::array groups;
    for (auto const& group : info.groups) {
        groups.push_back(json::object{{"name", group.name}, {"description", group.description}});
    }
    return groups;
}

} // namespace

std::string openapi_document(std::span<DocumentedTable const> tables, DocumentInfo const& info) {
    Schemas schemas;
    json::object paths;
    for (auto const& [table, dialect, prefix] : tables) {
        for (auto const& endpoint : table->endpoints()) {
            auto& path = paths[prefix + endpoint->path];
            if (!path.is_object()) {
                path = json::object{};
            }
            path.as_object()[lower_case(endpoint->method)] =
                operation_of(*endpoint, *dialect, schemas);
        }
    }
    auto responses = common_responses(*tables.front().dialect, schemas);
    json::object named;
    for (auto& [name, schema] : schemas) {
        named[name] = std::move(schema);
    }
    json::object const document{
        {"openapi", "3.1.0"},
        {"info", json::object{{"title", info.title},
                              {"description", info.description},
                              {"version", info.version},
                              {"license", json::object{{"name", "Apache-2.0"},
                                                       {"identifier", "Apache-2.0"}}}}},
        {"servers", json::array{json::object{{"url", info.server_url}}}},
        {"security", json::array{json::object{{"apiKey", json::array{}}},
                                 json::object{{"bearer", json::array{}}}}},
        {"tags", groups_of(info)},
        {"paths", std::move(paths)},
        {"components", json::object{{"securitySchemes", security_schemes()},
                                    {"responses", std::move(responses)},
                                    {"schemas", std::move(named)}}}};
    std::string text;
    json_text::append(text, json::value(document)); // braces would make it a list
    return text;
}

} // namespace loci::server
