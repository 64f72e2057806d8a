#include "json_schema.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <loci/base/clock.hpp>
#include <loci/base/utf8.hpp>
#include <regex>

namespace loci::tests {
namespace {

namespace json = boost::json;

class Check {
public:
    explicit Check(json::value const& document)
        : document_(document) {}

    void value(json::object const& schema, json::value const& value, std::string const& path) {
        if (auto const* reference = schema.if_contains("$ref")) {
            json::error_code error;
            std::string const pointer{reference->as_string().c_str() + 1};
            auto const* target = document_.find_pointer(pointer, error);
            if (target == nullptr) {
                breach(path, "leads nowhere: " + pointer);
            } else {
                this->value(target->as_object(), value, path);
            }
            return;
        }
        choices(schema, value, path);
        type(schema, value, path);
        words(schema, value, path);
        numbers(schema, value, path);
        text(schema, value, path);
        array(schema, value, path);
        object(schema, value, path);
    }

    std::vector<std::string> take() { return std::move(breaches_); }

private:
    void breach(std::string const& path, std::string const& what) {
        breaches_.push_back(path + ": " + what);
    }

    void choices(json::object const& schema, json::value const& value, std::string const& path) {
        for (auto const* name : {"oneOf", "anyOf"}) {
            auto const* list = schema.if_contains(name);
            if (list == nullptr) {
                continue;
            }
            auto const fitting = std::count_if(
                list->as_array().begin(), list->as_array().end(), [&](json::value const& choice) {
                    return loci::tests::breaches(choice, value, document_).empty();
                });
            bool const is_exclusive = std::string_view{name} == "oneOf";
            if (fitting == 0 || (is_exclusive && fitting > 1)) {
                breach(path, std::string{name} + " fits " + std::to_string(fitting));
            }
        }
    }

    static bool is_of_type(json::value const& value, json::string_view type) {
        return (type == "null" && value.is_null()) || (type == "boolean" && value.is_bool()) ||
               (type == "integer" && (value.is_int64() || value.is_uint64())) ||
               (type == "number" && value.is_number()) || (type == "string" && value.is_string()) ||
               (type == "array" && value.is_array()) || (type == "object" && value.is_object());
    }

    void type(json::object const& schema, json::value const& value, std::string const& path) {
        auto const* types = schema.if_contains("type");
        if (types == nullptr) {
            return;
        }
        auto const fits = [&](json::value const& one) {
            return is_of_type(value, one.as_string());
        };
        bool const ok = types->is_array()
                            ? std::any_of(types->as_array().begin(), types->as_array().end(), fits)
                            : fits(*types);
        if (!ok) {
            breach(path, "is not of type " + json::serialize(*types));
        }
    }

    void words(json::object const& schema, json::value const& value, std::string const& path) {
        auto const* list = schema.if_contains("enum");
        if (list != nullptr && std::find(list->as_array().begin(), list->as_array().end(), value) ==
                                   list->as_array().end()) {
            breach(path, "is none of " + json::serialize(*list));
        }
    }

    void numbers(json::object const& schema, json::value const& value, std::string const& path) {
        if (!value.is_number()) {
            return;
        }
        auto const number = value.to_number<double>();
        if (auto const* limit = schema.if_contains("minimum");
            limit != nullptr && number < limit->to_number<double>()) {
            breach(path, "is too small");
        }
        if (auto const* limit = schema.if_contains("maximum");
            limit != nullptr && number > limit->to_number<double>()) {
            breach(path, "is too large");
        }
    }

    void text(json::object const& schema, json::value const& value, std::string const& path) {
        if (!value.is_string()) {
            return;
        }
        std::string const text{value.as_string().c_str(), value.as_string().size()};
        auto const length = static_cast<std::int64_t>(count_code_points(text));
        if (auto const* limit = schema.if_contains("minLength");
            limit != nullptr && length < limit->to_number<std::int64_t>()) {
            breach(path, "is too short");
        }
        if (auto const* limit = schema.if_contains("maxLength");
            limit != nullptr && length > limit->to_number<std::int64_t>()) {
            breach(path, "is too long");
        }
        if (auto const* format = schema.if_contains("format");
            format != nullptr && *format == "date-time" && !parse_rfc3339(text)) {
            breach(path, "is no instant");
        }
        if (auto const* pattern = schema.if_contains("pattern");
            pattern != nullptr &&
            !std::regex_search(text, std::regex{pattern->as_string().c_str()})) {
            breach(path, "does not match");
        }
    }

    void array(json::object const& schema, json::value const& value, std::string const& path) {
        auto const* items = schema.if_contains("items");
        if (!value.is_array() || items == nullptr) {
            return;
        }
        std::size_t at = 0;
        for (auto const& item : value.as_array()) {
            this->value(items->as_object(), item, path + "[" + std::to_string(at++) + "]");
        }
    }

    void object(json::object const& schema, json::value const& value, std::string const& path) {
        auto const* properties = schema.if_contains("properties");
        if (!value.is_object() || properties == nullptr) {
            return;
        }
        if (auto const* required = schema.if_contains("required")) {
            for (auto const& name : required->as_array()) {
                if (!value.as_object().contains(name.as_string())) {
                    breach(path, "lacks " + std::string{name.as_string().c_str()});
                }
            }
        }
        for (auto const& [name, member] : value.as_object()) {
            auto const below = path + "." + std::string{name.data(), name.size()};
            if (auto const* property = properties->as_object().if_contains(name)) {
                this->value(property->as_object(), member, below);
            } else {
                breach(below, "is not declared");
            }
        }
    }

    json::value const& document_;
    std::vector<std::string> breaches_;
};

} // namespace

std::vector<std::string> breaches(json::value const& schema, json::value const& value,
                                  json::value const& document) {
    Check check{document};
    check.value(schema.as_object(), value, "$");
    return check.take();
}

} // namespace loci::tests
