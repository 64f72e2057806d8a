#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <loci/base/utf8.hpp>
#include <loci/memory/exchange.hpp>

namespace loci::memory {
namespace {

namespace json = boost::json;

constexpr int fraction_digits = 6;
constexpr std::size_t line_depth = JsonObject::usual_depth + 1; // metadata lie within the line

/// Puts the members of a record that are set into an object.
class Writer {
public:
    void add(char const* name, std::string const& text) { object_[name] = text; }

    void add(char const* name, MemoryId const& id) { object_[name] = to_string(id.value); }

    void add(char const* name, Timestamp at) {
        object_[name] = format_rfc3339(at, fraction_digits);
    }

    void add(char const* name, double number) { object_[name] = number; }

    void add(char const* name, std::int64_t number) { object_[name] = number; }

    void add(char const* name, int number) { object_[name] = number; }

    template <class T>
    void add(char const* name, std::optional<T> const& value) {
        if (value) {
            add(name, *value);
        }
    }

    json::object& object() noexcept { return object_; }

private:
    json::object object_;
};

void write_scope(Writer& writer, WriteScope const& scope) {
    writer.add("subject", scope.subject);
    writer.add("organization", scope.organization);
    writer.add("agent", scope.agent);
    writer.add("space", scope.space);
    writer.add("session", scope.session);
    writer.add("project", scope.project);
}

json::array ids(std::vector<MemoryId> const& memories) {
    json::array array;
    for (auto const& memory : memories) {
        array.emplace_back(to_string(memory.value));
    }
    return array;
}

void write_stamps(Writer& writer, Record const& record) {
    if (record.validation_count != 0) {
        writer.add("validation_count", record.validation_count);
    }
    writer.add("last_validated_at", record.last_validated_at);
    writer.add("superseded_at", record.superseded_at);
    writer.add("superseded_by", record.superseded_by);
    writer.add("expired_at", record.expired_at);
    writer.add("contested_at", record.contested_at);
}

/// Reads members of an object and keeps the first fault.
class Reader {
public:
    explicit Reader(json::object const& object)
        : object_(object) {}

    void read(char const* name, std::string& field) {
        if (auto const* value = member(name)) {
            if (value->is_string()) {
                auto const& text = value->get_string();
                field.assign(text.data(), text.size());
            } else {
                fail(name, "type", "string");
            }
        }
    }

    void read(char const* name, bool& field) {
        if (auto const* value = member(name)) {
            value->is_bool() ? void(field = value->get_bool()) : fail(name, "type", "boolean");
        }
    }

    void read(char const* name, std::int64_t& field) {
        if (auto const* value = member(name)) {
            value->is_int64() ? void(field = value->get_int64()) : fail(name, "type", "integer");
        }
    }

    void read(char const* name, int& field) {
        std::int64_t wide = field;
        read(name, wide);
        if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) {
            fail(name, "type", "integer");
        } else {
            field = static_cast<int>(wide);
        }
    }

    void read(char const* name, double& field) {
        if (auto const* value = member(name)) {
            value->is_number() ? void(field = value->to_number<double>())
                               : fail(name, "type", "number");
        }
    }

    void read(char const* name, Timestamp& field) {
        std::string text;
        read(name, text);
        auto const at = parse_rfc3339(text);
        if (at) {
            field = *at;
        } else {
            fail(name, "pattern", "RFC 3339");
        }
    }

    void read(char const* name, MemoryId& field) {
        std::string text;
        read(name, text);
        auto const id = parse_uuid(text);
        if (id) {
            field.value = *id;
        } else {
            fail(name, "pattern", "UUID");
        }
    }

    template <class T>
    void read(char const* name, std::optional<T>& field) {
        if (member(name) != nullptr) {
            read(name, field.emplace());
        }
    }

    template <class Enum, class Parse>
    void read_word(char const* name, Enum& field, Parse parse) {
        std::optional<std::string> word;
        read(name, word);
        if (word) {
            auto const value = parse(*word);
            value ? void(field = *value) : fail(name, "enum", {});
        }
    }

    json::value const* member(char const* name) const {
        auto const* value = object_.if_contains(name);
        return value != nullptr && !value->is_null() ? value : nullptr;
    }

    /// Elements of a list of texts; empty when absent.
    std::vector<std::string> read_texts(char const* name) {
        std::vector<std::string> texts;
        auto const* value = member(name);
        if (value == nullptr) {
            return texts;
        }
        if (!value->is_array()) {
            fail(name, "type", "array");
            return texts;
        }
        for (auto const& element : value->get_array()) {
            if (!element.is_string()) {
                fail(std::string{name} + '[' + std::to_string(texts.size()) + ']', "type",
                     "string");
                break;
            }
            texts.emplace_back(element.get_string().data(), element.get_string().size());
        }
        return texts;
    }

    void fail(std::string path, std::string rule, decltype(FieldError::limit) limit) {
        if (!fault_) {
            auto const message = path + " breaks the rule " + rule;
            fault_ = Error{ErrorKind::invalid,
                           "VALIDATION_ERROR",
                           message,
                           {{std::move(path), std::move(rule), std::move(limit)}},
                           {}};
        }
    }

    std::optional<Error> const& fault() const noexcept { return fault_; }

private:
    json::object const& object_;
    std::optional<Error> fault_;
};

void read_scope(Reader& reader, WriteScope& scope) {
    reader.read("subject", scope.subject);
    reader.read("organization", scope.organization);
    reader.read("agent", scope.agent);
    reader.read("space", scope.space);
    reader.read("session", scope.session);
    reader.read("project", scope.project);
}

void read_words(Reader& reader, NewMemory& item) {
    reader.read("title", item.title);
    reader.read("summary", item.summary);
    reader.read_word("kind", item.kind, parse_kind);
    reader.read("type", item.type);
    reader.read("nature", item.nature);
    reader.read("level", item.level);
    reader.read_word("sensitivity", item.sensitivity, parse_sensitivity);
    reader.read("source", item.source);
    reader.read("source_ref", item.source_ref);
    reader.read("provenance", item.provenance);
    reader.read("confidence", item.confidence);
    reader.read("importance", item.importance);
    reader.read("language", item.language);
    reader.read("sequence", item.sequence);
    reader.read("speaker", item.speaker);
    reader.read("session_only", item.session_only);
}

void read_times(Reader& reader, NewMemory& item) {
    reader.read("valid_from", item.valid_from);
    reader.read("valid_to", item.valid_to);
    reader.read("expires_at", item.expires_at);
    reader.read("created_at", item.created_at);
    ImportedStamps stamps;
    reader.read("validation_count", stamps.validation_count);
    reader.read("last_validated_at", stamps.last_validated_at);
    reader.read("superseded_at", stamps.superseded_at);
    reader.read("superseded_by", stamps.superseded_by);
    reader.read("expired_at", stamps.expired_at);
    reader.read("contested_at", stamps.contested_at);
    if (stamps != ImportedStamps{}) {
        item.stamps = stamps;
    }
}

/// The end of the value that begins at `at` in compact, well-formed JSON within an object or array.
std::size_t end_of_value(std::string_view json, std::size_t at) {
    std::size_t depth = 0;
    auto in_string = false;
    for (; at < json.size(); ++at) {
        auto const letter = json[at];
        if (in_string) {
            at += letter == '\\' ? 1 : 0;
            in_string = letter != '"';
        } else if (letter == '"') {
            in_string = true;
        } else if (letter == '{' || letter == '[') {
            ++depth;
        } else if (letter == '}' || letter == ']' || letter == ',' || letter == ':') {
            if (depth == 0) {
                return at;
            }
            depth -= letter == '}' || letter == ']' ? 1 : 0;
        }
    }
    return at;
}

/// The text of a member's value, as it was written: a number read and written again may look
/// different. Empty when its name was written with escapes.
std::string_view raw_member(std::string_view compact_object, std::string_view quoted_name) {
    for (std::size_t at = 1; at < compact_object.size();) {
        auto const colon = end_of_value(compact_object, at);
        auto const end = end_of_value(compact_object, colon + 1);
        if (compact_object.substr(at, colon - at) == quoted_name) {
            return compact_object.substr(colon + 1, end - colon - 1);
        }
        at = end + 1;
    }
    return {};
}

void read_metadata(Reader& reader, std::string_view compact_line, NewMemory& item) {
    auto const* const value = reader.member("metadata");
    if (value == nullptr) {
        return;
    }
    auto const written = raw_member(compact_line, "\"metadata\"");
    auto parsed = JsonObject::parse(written.empty() ? json::serialize(*value) : written);
    if (parsed) {
        item.metadata = std::move(*parsed);
    } else {
        reader.fail("metadata", "type", "object");
    }
}

void read_links(Reader& reader, NewMemory& item) {
    reader.read("id", item.id);
    reader.read("supersedes", item.supersedes);
    for (auto const& text : reader.read_texts("derived_from")) {
        auto const id = parse_uuid(text);
        if (!id) {
            reader.fail("derived_from[" + std::to_string(item.derived_from.size()) + ']', "pattern",
                        "UUID");
            return;
        }
        item.derived_from.push_back(MemoryId{*id});
    }
}

} // namespace

std::string exchange_line(Record const& record) {
    Writer writer;
    writer.add("id", record.id);
    writer.add("content", record.content);
    write_scope(writer, record.scope);
    if (!record.tags.empty()) {
        json::array tags;
        for (auto const& tag : record.tags) {
            tags.emplace_back(tag);
        }
        writer.object()["tags"] = std::move(tags);
    }
    writer.add("title", record.title);
    writer.add("summary", record.summary);
    writer.add("kind", std::string{to_string(record.kind)});
    writer.add("type", record.type);
    writer.add("nature", record.nature);
    writer.add("level", record.level);
    writer.add("sensitivity", std::string{to_string(record.sensitivity)});
    writer.add("source", record.source);
    writer.add("source_ref", record.source_ref);
    writer.add("provenance", record.provenance);
    writer.add("confidence", record.confidence);
    writer.add("importance", record.importance);
    writer.add("language", record.language);
    writer.add("sequence", record.sequence);
    writer.add("speaker", record.speaker);
    if (record.session_only) {
        writer.object()["session_only"] = true;
    }
    writer.add("valid_from", record.valid_from);
    writer.add("valid_to", record.valid_to);
    writer.add("expires_at", record.expires_at);
    writer.add("created_at", record.created_at);
    write_stamps(writer, record);
    if (!record.derived_from.empty()) {
        writer.object()["derived_from"] = ids(record.derived_from);
    }
    auto line = json::serialize(writer.object());
    if (record.metadata != JsonObject{}) {
        line.back() = ',';
        line += "\"metadata\":" + record.metadata.text() + '}';
    }
    return line;
}

Result<NewMemory> parse_exchange_line(std::string_view line) {
    auto const checked = JsonObject::parse(line, line_depth);
    if (!checked) {
        return Error{ErrorKind::invalid, "VALIDATION_ERROR", "the line " + checked.error().message};
    }
    json::parse_options options;
    options.max_depth = line_depth;
    auto const value = json::parse(checked->text(), {}, options);
    Reader reader{value.as_object()};
    NewMemory item;
    if (reader.member("content") == nullptr) {
        reader.fail("content", "required", {});
    }
    reader.read("content", item.content);
    read_scope(reader, item.scope);
    item.tags = reader.read_texts("tags");
    read_words(reader, item);
    read_times(reader, item);
    read_metadata(reader, checked->text(), item);
    read_links(reader, item);
    if (reader.fault()) {
        return *reader.fault();
    }
    return item;
}

} // namespace loci::memory
