#include "api/pages/documentation.hpp"

#include "api/json_text.hpp"
#include "api/pages/style.hpp"

#include <array>
#include <boost/json.hpp>
#include <cctype>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <vector>

namespace loci::server {
namespace {

namespace json = boost::json;

std::string_view text_of(json::object const& object, char const* name) {
    auto const* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) {
        return {};
    }
    auto const& text = value->get_string();
    return {text.data(), text.size()};
}

std::string escaped(std::string_view text) {
    std::string out;
    for (char const letter : text) {
        switch (letter) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += letter;
        }
    }
    return out;
}

/// Escaped, with `…` between back-ticks as code.
std::string prose(std::string_view text) {
    std::string out;
    bool code = false;
    for (auto const rest = escaped(text); char const letter : rest) {
        if (letter == '`') {
            out += code ? "</code>" : "<code>";
            code = !code;
        } else {
            out += letter;
        }
    }
    return out;
}

std::string upper_case(std::string_view word) {
    std::string out;
    for (char const letter : word) {
        out += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    }
    return out;
}

/// A schema in a few words, with a link where it has a name.
std::string type_text(json::object const& schema) {
    if (auto const reference = text_of(schema, "$ref"); !reference.empty()) {
        auto const name = reference.substr(reference.rfind('/') + 1);
        return fmt::format(R"(<a href="#schema-{0}">{0}</a>)", escaped(name));
    }
    for (auto const* choice : {"oneOf", "anyOf"}) {
        if (auto const* choices = schema.if_contains(choice)) {
            std::string text;
            for (auto const& alternative : choices->as_array()) {
                text += (text.empty() ? "" : " or ") + type_text(alternative.as_object());
            }
            return text;
        }
    }
    auto const* type = schema.if_contains("type");
    if (type == nullptr) {
        return "anything";
    }
    std::string name;
    if (auto const* several = type->if_array()) {
        for (auto const& word : *several) {
            auto const& text = word.as_string();
            name += (name.empty() ? "" : " or ") + std::string{text.data(), text.size()};
        }
    } else {
        name = text_of(schema, "type");
    }
    if (auto const* items = schema.if_contains("items")) {
        return "list of " + type_text(items->as_object());
    }
    return name;
}

std::string code_text(json::value const& value) {
    std::string text;
    json_text::append(text, value);
    return "<code>" + escaped(text) + "</code>";
}

/// `1 to 64 characters`, or whichever end there is.
std::string range_text(json::object const& schema, char const* lowest, char const* highest,
                       char const* unit) {
    auto const* low = schema.if_contains(lowest);
    auto const* high = schema.if_contains(highest);
    if (low != nullptr && high != nullptr) {
        return code_text(*low) + " to " + code_text(*high) + unit;
    }
    if (low != nullptr) {
        return "at least " + code_text(*low) + unit;
    }
    return high != nullptr ? "at most " + code_text(*high) + unit : std::string{};
}

std::string limits_text(json::object const& schema) {
    std::string text;
    auto const add = [&](std::string const& part) {
        text += (text.empty() || part.empty() ? "" : ", ") + part;
    };
    add(range_text(schema, "minLength", "maxLength", " characters"));
    add(range_text(schema, "minimum", "maximum", ""));
    add(range_text(schema, "minItems", "maxItems", " items"));
    if (auto const* initial = schema.if_contains("default")) {
        add("default " + code_text(*initial));
    }
    if (auto const* words = schema.if_contains("enum")) {
        std::string list;
        for (auto const& word : words->as_array()) {
            list += (list.empty() ? "" : " ") + code_text(word);
        }
        add("one of " + list);
    }
    if (auto const pattern = text_of(schema, "pattern"); !pattern.empty()) {
        add("matching <code>" + escaped(pattern) + "</code>");
    }
    auto const* items = schema.if_contains("items");
    auto const inner = items == nullptr ? std::string{} : limits_text(items->as_object());
    if (!inner.empty()) {
        add("each " + inner);
    }
    return text;
}

std::string field_row(std::string_view name, json::object const& schema, bool required,
                      std::string_view description) {
    auto const limits = limits_text(schema);
    return fmt::format("<tr><th><code>{}</code>{}</th><td>{}</td><td>{}{}</td></tr>\n",
                       escaped(name), required ? R"( <span class="must">required</span>)" : "",
                       type_text(schema), prose(description),
                       limits.empty() ? "" : R"(<br><span class="soft">)" + limits + "</span>");
}

std::string table(std::string const& rows) {
    return "<div class=\"table\"><table><thead><tr><th>Name</th><th>Type</th><th>Meaning</th>"
           "</tr></thead><tbody>\n" +
           rows + "</tbody></table></div>\n";
}

bool is_listed(json::object const& schema, json::string_view name) {
    auto const* required = schema.if_contains("required");
    if (required == nullptr) {
        return false;
    }
    for (auto const& listed : required->as_array()) {
        if (listed.as_string() == name) {
            return true;
        }
    }
    return false;
}

std::string schema_table(json::object const& schema) {
    auto const* properties = schema.if_contains("properties");
    if (properties == nullptr || properties->as_object().empty()) {
        return "<p class=\"soft\">No members.</p>\n";
    }
    std::string rows;
    for (auto const& [name, property] : properties->as_object()) {
        auto const& object = property.as_object();
        rows += field_row({name.data(), name.size()}, object, is_listed(schema, name),
                          text_of(object, "description"));
    }
    return table(rows);
}

std::string parameters_part(json::object const& operation) {
    auto const* parameters = operation.if_contains("parameters");
    if (parameters == nullptr) {
        return {};
    }
    std::string rows;
    for (auto const& parameter : parameters->as_array()) {
        auto const& object = parameter.as_object();
        rows += field_row(text_of(object, "name"), object.at("schema").as_object(),
                          object.at("required").as_bool(), text_of(object, "description"));
    }
    return "<h4>Parameters</h4>\n" + table(rows);
}

json::object const* body_content(json::object const& operation) {
    auto const* body = operation.if_contains("requestBody");
    return body == nullptr ? nullptr : &body->at("content").at("application/json").as_object();
}

/// What a reference within the document leads to.
json::object const& resolved(json::object const& object, json::object const& document) {
    auto const reference = text_of(object, "$ref");
    if (reference.empty()) {
        return object;
    }
    auto const name = reference.substr(reference.rfind('/') + 1);
    auto const* kind =
        reference.find("/schemas/") != std::string_view::npos ? "schemas" : "responses";
    return document.at("components").at(kind).as_object().at(name).as_object();
}

std::string body_part(json::object const& operation, json::object const& document) {
    auto const* content = body_content(operation);
    if (content == nullptr) {
        return {};
    }
    return "<h4>Body</h4>\n" + schema_table(resolved(content->at("schema").as_object(), document));
}

/// `?name=value` for every required parameter, with its example.
std::string example_query(json::object const& operation) {
    std::string query;
    auto const* parameters = operation.if_contains("parameters");
    if (parameters == nullptr) {
        return query;
    }
    for (auto const& parameter : parameters->as_array()) {
        auto const& object = parameter.as_object();
        if (text_of(object, "in") == "query" && object.at("required").as_bool()) {
            query += (query.empty() ? "?" : "&") + std::string{text_of(object, "name")} + "=" +
                     std::string{text_of(object, "example")};
        }
    }
    return query;
}

std::string example_part(std::string_view method, std::string_view path,
                         json::object const& operation) {
    auto const* content = body_content(operation);
    std::string command = "curl";
    if (method != "GET") {
        command += " -X " + std::string{method};
    }
    if (operation.if_contains("security") == nullptr) {
        command += " -H \"x-api-key: $LOCI_KEY\"";
    }
    if (content != nullptr) {
        std::string body = "{}";
        if (auto const* example = content->if_contains("example")) {
            body.clear();
            json_text::append(body, *example);
        }
        command += " -H 'content-type: application/json' \\\n  -d '" + body + "'";
    }
    command += " \\\n  \"${LOCI_URL:-http://127.0.0.1:8787}\"'" + std::string{path} +
               example_query(operation) + "'";
    return "<details><summary>Try it</summary><pre><code>" + escaped(command) +
           "</code></pre></details>\n";
}

std::string answer_types(json::object const& answer) {
    std::string types;
    for (auto const& [type, content] : answer.at("content").as_object()) {
        types += type == "application/json"
                     ? type_text(content.at("schema").as_object())
                     : "<code>" + escaped({type.data(), type.size()}) + "</code>";
    }
    return types;
}

std::string answer_row(std::string_view status, json::object const& answer) {
    return fmt::format("<tr><th><code>{}</code></th><td>{}</td><td>{}</td></tr>\n", status,
                       answer_types(answer), prose(text_of(answer, "description")));
}

/// Particular answers in full; those that all operations share by their number.
std::string answers_part(json::object const& operation) {
    std::string rows;
    std::string shared;
    for (auto const& [status, answer] : operation.at("responses").as_object()) {
        std::string_view const number{status.data(), status.size()};
        if (text_of(answer.as_object(), "$ref").empty()) {
            rows += answer_row(number, answer.as_object());
        } else {
            shared += fmt::format(" <code>{}</code>", number);
        }
    }
    return "<h4>Answers</h4>\n<div class=\"table\"><table><tbody>\n" + rows +
           "</tbody></table></div>\n<p class=\"soft\"><a href=\"#errors\">Errors</a>:" + shared +
           "</p>\n";
}

std::string errors_section(json::object const& document) {
    std::string rows;
    for (auto const& [name, answer] : document.at("components").at("responses").as_object()) {
        rows += answer_row({name.data(), name.size()}, answer.as_object());
    }
    return "<h2 id=\"errors\">Errors</h2>\n<article><div class=\"table\"><table><tbody>\n" + rows +
           "</tbody></table></div></article>\n";
}

/// All operations of one group, in the order of declaration.
template <class Visit>
void for_each_operation(json::object const& document, std::string_view group, Visit visit) {
    for (auto const& [path, operations] : document.at("paths").as_object()) {
        for (auto const& [method, operation] : operations.as_object()) {
            auto const& tag = operation.at("tags").as_array().front().as_string();
            if (std::string_view{tag.data(), tag.size()} == group) {
                visit(upper_case({method.data(), method.size()}),
                      std::string_view{path.data(), path.size()}, operation.as_object());
            }
        }
    }
}

std::string operation_article(std::string_view method, std::string_view path,
                              json::object const& operation, json::object const& document) {
    auto const description = text_of(operation, "description");
    return fmt::format("<article id=\"{}\"><h3><span class=\"method {}\">{}</span><code>{}</code>"
                       "</h3>\n<p><strong>{}</strong></p>\n{}{}{}{}{}</article>\n",
                       escaped(text_of(operation, "operationId")), method, method, escaped(path),
                       prose(text_of(operation, "summary")),
                       description.empty() ? "" : "<p>" + prose(description) + "</p>\n",
                       parameters_part(operation), body_part(operation, document),
                       answers_part(operation), example_part(method, path, operation));
}

std::string navigation(json::object const& document) {
    std::string out = "<nav aria-label=\"Contents\">\n";
    for (auto const& tag : document.at("tags").as_array()) {
        auto const name = text_of(tag.as_object(), "name");
        out += "<h2>" + escaped(name) + "</h2>\n<ul>\n";
        for_each_operation(document, name, [&](auto const&, auto, json::object const& operation) {
            out += fmt::format("<li><a href=\"#{}\">{}</a></li>\n",
                               escaped(text_of(operation, "operationId")),
                               escaped(text_of(operation, "summary")));
        });
        out += "</ul>\n";
    }
    return out + "<h2>Reference</h2>\n<ul><li><a href=\"#errors\">Errors</a></li>\n"
                 "<li><a href=\"#schemas\">Schemas</a></li></ul>\n</nav>\n";
}

std::string content(json::object const& document) {
    auto const& info = document.at("info").as_object();
    std::string out = fmt::format(
        "<h1>{} <span class=\"soft\">{}</span></h1>\n<p class=\"lead\">{}</p>\n"
        "<p class=\"lead\">The same as data: <a href=\"/openapi.json\">openapi.json</a></p>\n",
        escaped(text_of(info, "title")), escaped(text_of(info, "version")),
        prose(text_of(info, "description")));
    for (auto const& tag : document.at("tags").as_array()) {
        auto const name = text_of(tag.as_object(), "name");
        out += fmt::format("<h2>{}</h2>\n<p class=\"lead\">{}</p>\n", escaped(name),
                           prose(text_of(tag.as_object(), "description")));
        for_each_operation(document, name,
                           [&](auto const& method, auto path, json::object const& operation) {
                               out += operation_article(method, path, operation, document);
                           });
    }
    out += errors_section(document);
    out += "<h2 id=\"schemas\">Schemas</h2>\n";
    for (auto const& [name, schema] : document.at("components").at("schemas").as_object()) {
        std::string_view const title{name.data(), name.size()};
        out += fmt::format("<article id=\"schema-{0}\"><h3><code>{0}</code></h3>\n{1}</article>\n",
                           escaped(title), schema_table(schema.as_object()));
    }
    return out;
}

/// `sha256-…`, by which a policy allows one style sheet.
std::string style_hash(std::string_view style) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(style.data(), style.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::array<unsigned char, 64> encoded{};
    auto const length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
    std::string text = "sha256-";
    for (int at = 0; at < length; ++at) {
        text += static_cast<char>(encoded[static_cast<std::size_t>(at)]);
    }
    return text;
}

} // namespace

DocumentationPage documentation_page(std::string_view openapi) {
    auto const parsed = json::parse(openapi);
    auto const& document = parsed.as_object();
    auto const title = escaped(text_of(document.at("info").as_object(), "title"));
    DocumentationPage page;
    page.html = fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<div class=\"frame\">\n{}"
        "<main>\n{}</main>\n</div>\n</body>\n</html>\n",
        title, documentation_style, navigation(document), content(document));
    page.policy = fmt::format("default-src 'none'; style-src '{}'; base-uri 'none'; "
                              "form-action 'none'; frame-ancestors 'none'",
                              style_hash(documentation_style));
    return page;
}

} // namespace loci::server
