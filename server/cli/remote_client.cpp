#include "cli/remote_client.hpp"

#include "cli/event_stream.hpp"
#include "cli/memory_json.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <fmt/format.h>

namespace loci::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds patience{60};
constexpr std::chrono::hours export_patience{24};

ErrorKind kind_of_status(int status) {
    switch (status) {
    case 401:
        return ErrorKind::unauthenticated;
    case 403:
        return ErrorKind::forbidden;
    case 404:
        return ErrorKind::not_found;
    case 409:
        return ErrorKind::conflict;
    case 429:
        return ErrorKind::exhausted;
    default:
        return status >= 400 && status < 500 ? ErrorKind::invalid : ErrorKind::unavailable;
    }
}

/// A text, or a list of texts joined.
std::string read_message(json::value const& value) {
    if (value.is_string()) {
        return std::string{value.get_string()};
    }
    std::string message;
    if (value.is_array()) {
        for (auto const& part : value.get_array()) {
            if (part.is_string()) {
                message += message.empty() ? "" : "; ";
                message += std::string_view{part.get_string()};
            }
        }
    }
    return message;
}

std::string text_member(json::object const& object, char const* name) {
    auto const* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
}

void read_fields(json::object const& answer, Error& error) {
    auto const* details = answer.if_contains("details");
    auto const* fields = details != nullptr && details->is_object()
                             ? details->get_object().if_contains("fields")
                             : nullptr;
    if (fields == nullptr || !fields->is_array()) {
        return;
    }
    for (auto const& field : fields->get_array()) {
        if (field.is_object()) {
            error.fields.push_back(
                {text_member(field.get_object(), "path"), text_member(field.get_object(), "rule")});
        }
    }
}

char const* mode_word(memory::RecallMode mode) {
    switch (mode) {
    case memory::RecallMode::semantic:
        return "SEMANTIC";
    case memory::RecallMode::keyword:
        return "KEYWORD";
    case memory::RecallMode::hybrid:
        break;
    }
    return "HYBRID";
}

json::array texts(std::vector<std::string> const& values) {
    return json::array(values.begin(), values.end());
}

std::vector<std::string> spaces_of(CoordinateFilter const& filter) {
    if (auto const* one = std::get_if<Exactly>(&filter)) {
        return {one->value};
    }
    if (auto const* several = std::get_if<OneOf>(&filter)) {
        return several->values;
    }
    return {};
}

/// The list of `object[name]`; nullptr when the answer has none.
json::array const* list_member(json::value const& answer, char const* name) {
    if (!answer.is_object()) {
        return nullptr;
    }
    auto const* value = answer.get_object().if_contains(name);
    return value != nullptr && value->is_array() ? &value->get_array() : nullptr;
}

std::optional<std::size_t> index_of(json::value const& item, std::size_t count) {
    if (!item.is_object()) {
        return std::nullopt;
    }
    auto const* index = item.get_object().if_contains("index");
    json::error_code failure;
    auto const number = index != nullptr ? index->to_number<std::size_t>(failure) : count;
    return failure || number >= count ? std::nullopt : std::optional{number};
}

Error cannot_carry(char const* member) {
    return {ErrorKind::conflict, "NOT_CARRIED",
            fmt::format("the API of a server has no place for {}: stop the server, and import into "
                        "its directory",
                        member)};
}

/// One result an item sent, in the order of sending.
Result<ImportResults> read_batch(json::value const& answer, std::size_t count) {
    auto const* successes = list_member(answer, "successes");
    auto const* failures = list_member(answer, "failures");
    if (successes == nullptr || failures == nullptr) {
        return unexpected_answer();
    }
    ImportResults results(count, Result<memory::MemoryId>{unexpected_answer()});
    for (auto const& success : *successes) {
        auto const index = index_of(success, count);
        auto const id = index ? parse_uuid(text_member(success.get_object(), "id")) : std::nullopt;
        if (id) {
            results[*index] = memory::MemoryId{*id};
        }
    }
    for (auto const& failure : *failures) {
        if (auto const index = index_of(failure, count)) {
            auto const& object = failure.get_object();
            results[*index] = Error{ErrorKind::invalid, text_member(object, "errorCode"),
                                    text_member(object, "errorMessage")};
        }
    }
    return results;
}

/// Turns the events of an export into calls of the sink.
class ExportReader {
public:
    explicit ExportReader(ExportSink const& sink)
        : sink_(sink) {}

    bool take(StreamEvent const& event) {
        json::error_code failure;
        auto const data = json::parse(event.data, failure);
        if (failure || !data.is_object()) {
            error_ = unexpected_answer();
            return false;
        }
        auto const& object = data.get_object();
        if (event.name == "meta") {
            json::error_code ignored;
            auto const* total = object.if_contains("total");
            total_ = total != nullptr ? total->to_number<std::size_t>(ignored) : 0;
        } else if (event.name == "memory") {
            ++count_;
            stopped_ = !sink_(event.data, total_);
            return !stopped_;
        } else if (event.name == "done") {
            json::error_code ignored;
            auto const* count = object.if_contains("count");
            done_ = count != nullptr && count->to_number<std::size_t>(ignored) == count_;
        } else if (event.name == "error") {
            error_ = Error{ErrorKind::unavailable, text_member(object, "code"),
                           text_member(object, "message")};
            return false;
        }
        return true;
    }

    bool stopped() const { return stopped_; }

    /// Why the export is not whole; nullopt when it is.
    std::optional<Error> fault() const {
        if (error_ || done_ || stopped_) {
            return error_;
        }
        return Error{ErrorKind::unavailable, "EXPORT_CUT_OFF",
                     "the export ended before it was complete: run it again"};
    }

private:
    ExportSink const& sink_;
    std::size_t total_ = 0;
    std::size_t count_ = 0;
    bool done_ = false;
    bool stopped_ = false;
    std::optional<Error> error_;
};

} // namespace

Error error_of_answer(int status, std::string_view body) {
    Error error{kind_of_status(status), "UNEXPECTED_ANSWER",
                fmt::format("the server answered with status {}", status)};
    json::error_code failure;
    auto const value = json::parse(body, failure);
    if (failure || !value.is_object()) {
        return error;
    }
    auto const& object = value.get_object();
    if (auto const* message = object.if_contains("message")) {
        if (auto text = read_message(*message); !text.empty()) {
            error.message = std::move(text);
        }
    }
    if (auto code = text_member(object, "code"); !code.empty()) {
        error.reason = std::move(code);
    }
    read_fields(object, error);
    return error;
}

std::string encode_component(std::string_view text) {
    std::string encoded;
    for (auto const character : text) {
        auto const plain = (character >= 'a' && character <= 'z') ||
                           (character >= 'A' && character <= 'Z') ||
                           (character >= '0' && character <= '9') || character == '-' ||
                           character == '.' || character == '_' || character == '~';
        encoded += plain ? std::string(1, character)
                         : fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
    return encoded;
}

RemoteClient::RemoteClient(Transport& transport, RemoteAddress address)
    : transport_(transport)
    , address_(std::move(address)) {
    while (address_.url.ends_with('/')) {
        address_.url.pop_back();
    }
}

OutboundRequest RemoteClient::request(std::string method, std::string const& path) const {
    return {.method = std::move(method),
            .url = address_.url + "/v1" + path,
            .headers = {{"x-api-key", address_.key}},
            .timeout = patience,
            .certificate_authority_file = address_.certificate_authority};
}

Result<OutboundAnswer> RemoteClient::send(OutboundRequest const& request) {
    auto answer = transport_.send(request);
    if (!answer) {
        auto error = answer.error();
        error.message =
            fmt::format("the server at {} cannot be reached: {}", address_.url, error.message);
        return error;
    }
    if (answer->status < 200 || answer->status >= 300) {
        return error_of_answer(answer->status, answer->body);
    }
    return answer;
}

Result<json::value> RemoteClient::call(std::string method, std::string const& path,
                                       json::value const* body) {
    auto outbound = request(std::move(method), path);
    if (body != nullptr) {
        outbound.headers.emplace_back("content-type", "application/json");
        outbound.body = json::serialize(*body);
    }
    auto const answer = send(outbound);
    if (!answer) {
        return answer.error();
    }
    json::error_code failure;
    auto value = json::parse(answer->body, failure);
    if (failure) {
        return unexpected_answer();
    }
    return value;
}

Result<memory::Stored> RemoteClient::remember(memory::NewMemory item,
                                              std::optional<memory::NearRule> near_duplicates) {
    auto object = to_json(item);
    if (near_duplicates) {
        object["nearDuplicates"] = memory::to_string(*near_duplicates);
    }
    json::value const body = std::move(object);
    auto const answer = call("POST", "/memory/write", &body);
    if (!answer) {
        return answer.error();
    }
    return read_stored(*answer);
}

Result<memory::Recall> RemoteClient::recall(memory::RecallQuery query) {
    json::object body{{"query", query.query},
                      {"limit", query.limit},
                      {"offset", query.offset},
                      {"mode", mode_word(query.mode)},
                      {"explain", query.explain}};
    if (query.order == memory::RecallOrder::recent) {
        body["sort"] = "RECENT";
    }
    if (auto const spaces = spaces_of(query.filter.scope.space); !spaces.empty()) {
        body["spaces"] = texts(spaces);
    }
    if (!query.filter.tags.all.empty()) {
        body["tags"] = json::object{{"all", texts(query.filter.tags.all)}};
    }
    if (query.similarity_floor) {
        body["similarityThreshold"] = *query.similarity_floor;
    }
    json::value const whole = std::move(body);
    auto const answer = call("POST", "/memory/query", &whole);
    if (!answer) {
        return answer.error();
    }
    auto const* items = list_member(*answer, "items");
    if (items == nullptr) {
        return unexpected_answer();
    }
    memory::Recall recall;
    recall.mode = query.mode;
    for (auto const& item : *items) {
        auto hit = read_hit(item);
        if (!hit) {
            return hit.error();
        }
        recall.hits.push_back(std::move(*hit));
    }
    auto const& object = answer->get_object();
    json::error_code ignored;
    auto const* total = object.if_contains("total");
    recall.total = total != nullptr ? total->to_number<std::size_t>(ignored) : recall.hits.size();
    if (auto const* report = object.if_contains("retrieval");
        report != nullptr && report->is_object()) {
        auto const flag = [&](char const* name) {
            auto const* value = report->get_object().if_contains(name);
            return value != nullptr && value->is_bool() && value->get_bool();
        };
        recall.degraded = flag("degraded");
        recall.truncated = flag("truncated");
    }
    return recall;
}

Result<ImportResults> RemoteClient::import_items(std::vector<memory::NewMemory> items) {
    ImportResults results(items.size(), Result<memory::MemoryId>{unexpected_answer()});
    json::array memories;
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < items.size(); ++place) {
        if (auto const* member = member_without_place(items[place])) {
            results[place] = cannot_carry(member);
        } else {
            memories.push_back(to_json(items[place]));
            places.push_back(place);
        }
    }
    if (places.empty()) {
        return results;
    }
    json::value const body = {{"memories", std::move(memories)}, {"transactional", false}};
    auto const answer = call("POST", "/memory/batch", &body);
    if (!answer) {
        return answer.error();
    }
    auto sent = read_batch(*answer, places.size());
    if (!sent) {
        return sent.error();
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        results[places[i]] = std::move((*sent)[i]);
    }
    return results;
}

Result<store::Done> RemoteClient::export_items(std::vector<std::string> const& spaces,
                                               ExportSink const& sink) {
    std::string path = "/memory/stream/export?format=exchange";
    for (auto const& space : spaces) {
        path += "&spaces=" + encode_component(space);
    }
    ExportReader reader{sink};
    EventStreamReader events{[&reader](StreamEvent const& event) { return reader.take(event); }};
    auto outbound = request("GET", path);
    outbound.timeout = export_patience;
    outbound.receive = [&events](std::string_view piece) { return events.feed(piece); };
    auto const answer = send(outbound);
    if (reader.stopped()) {
        return store::Done{};
    }
    if (!answer && answer.error().kind != ErrorKind::unavailable) {
        return answer.error();
    }
    if (auto const fault = reader.fault()) {
        return !answer && fault->reason == "EXPORT_CUT_OFF" ? answer.error() : *fault;
    }
    return store::Done{};
}

Result<runtime::IssuedKey> RemoteClient::create_key(runtime::NewKey const& key) {
    json::object body{{"name", key.name}, {"style", runtime::to_string(key.style)}};
    if (key.scopes) {
        body["scopes"] = texts(*key.scopes);
    }
    if (key.expires_days) {
        body["expires_days"] = *key.expires_days;
    }
    json::value const whole = std::move(body);
    auto const answer = call("POST", "/keys", &whole);
    if (!answer) {
        return answer.error();
    }
    auto read = read_key(*answer);
    if (!read) {
        return read.error();
    }
    auto secret = text_member(answer->get_object(), "key");
    if (secret.empty()) {
        return unexpected_answer();
    }
    return runtime::IssuedKey{std::move(*read), std::move(secret)};
}

Result<runtime::KeyPage> RemoteClient::list_keys(runtime::KeyQuery const& query) {
    auto const answer = call("GET", fmt::format("/keys?limit={}&offset={}&includeRevoked={}",
                                                query.limit, query.offset, query.include_revoked));
    if (!answer) {
        return answer.error();
    }
    auto const* items = list_member(*answer, "items");
    if (items == nullptr) {
        return unexpected_answer();
    }
    runtime::KeyPage page;
    for (auto const& item : *items) {
        auto key = read_key(item);
        if (!key) {
            return key.error();
        }
        page.items.push_back(std::move(*key));
    }
    json::error_code ignored;
    auto const* total = answer->get_object().if_contains("total");
    page.total = total != nullptr ? total->to_number<std::size_t>(ignored) : page.items.size();
    return page;
}

Result<runtime::Key> RemoteClient::revoke_key(runtime::KeyId id) {
    auto const answer = call("DELETE", "/keys/" + to_string(id));
    if (!answer) {
        return answer.error();
    }
    if (!answer->is_object()) {
        return unexpected_answer();
    }
    runtime::Key key;
    key.id = id;
    key.revoked_at = parse_rfc3339(text_member(answer->get_object(), "revokedAt"));
    return key;
}

} // namespace loci::cli
