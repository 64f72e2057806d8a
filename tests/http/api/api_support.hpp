#pragma once
#include "api/service.hpp"
#include "http/server.hpp"
#include "support/http_client.hpp"
#include "support/result_text.hpp"
#include "support/temporary_directory.hpp"
#include "support/test_environment.hpp"
#include "unreachable_store.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <loci/memory/memory.hpp>
#include <loci/runtime/identity.hpp>
#include <loci/store/database.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace loci::tests {

namespace json = boost::json;

inline std::string text_of(json::value const& value) {
    auto const& text = value.as_string();
    return {text.data(), text.size()};
}

/// The whole program but its command line, on a durable database and a real socket. The clock
/// stands still until it is moved.
class RunningApi {
public:
    explicit RunningApi(server::ApiOptions options = {})
        : options_(std::move(options)) {
        options_.version = "0.1.0";
        open();
        owner_key = runtime::mint_secret(runtime::KeyStyle::memesh, environment.random).text;
        owner = identity->bootstrap(owner_key).value().caller;
    }

    ~RunningApi() { close(); }

    /// Stops everything and starts it again on the same directory.
    void restart() {
        close();
        open();
    }

    std::uint16_t port() const { return server_->ports().front(); }

    HttpClient client(std::string const& key) const {
        return HttpClient{port(), {.headers = {{"x-api-key", key}}}};
    }

    HttpClient client() const { return client(owner_key); }

    HttpClient stranger() const { return HttpClient{port()}; }

    /// A key of a new user: in the owner's tenant, or in a tenant of its own.
    std::string key_of_new_user(runtime::Role role, bool in_other_tenant = false);

    std::string key_with_scopes(std::vector<std::string> scopes) {
        return identity->issue_key(owner, {.name = "scoped", .scopes = std::move(scopes)})
            .value()
            .secret;
    }

    TestEnvironment environment;
    std::shared_ptr<StoreSwitches> switches = std::make_shared<StoreSwitches>();
    std::string owner_key;
    Caller owner;
    std::optional<store::Database> database;
    std::optional<runtime::Identity> identity;
    std::optional<memory::Memory> memory;

private:
    void open();
    void close();

    server::ApiOptions options_;
    TemporaryDirectory directory_;
    std::unique_ptr<memory::Embedder> embedder_ = memory::word_table_embedder();
    std::unique_ptr<server::Api> api_;
    std::unique_ptr<server::Server> server_;
};

/// Writes and returns the answer's body; the status must be 201.
inline json::object remember(HttpClient& client, json::object const& memory) {
    auto const answer = client.post_json("/v1/memory/write", memory);
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    return answer.json().as_object();
}

/// The answer must be an error of that status and code, with the envelope of MeMesh.
inline json::object check_error(HttpAnswer const& answer, int status, std::string_view code) {
    INFO(answer.body);
    REQUIRE(answer.status == status);
    CHECK(answer.header("content-type").starts_with("application/json"));
    CHECK(answer.body.starts_with("{\"statusCode\":" + std::to_string(status) + ",\"error\":\""));
    auto const body = answer.json().as_object();
    CHECK(text_of(body.at("code")) == code);
    CHECK(text_of(body.at("requestId")) == answer.header("x-request-id"));
    return body;
}

/// Paths and rules of the fields at fault: `content required;`.
inline std::string faults_of(json::object const& error) {
    std::string text;
    for (auto const& field : error.at("details").at("fields").as_array()) {
        text += text_of(field.at("path")) + " " + text_of(field.at("rule")) + ";";
    }
    return text;
}

/// The contents of a list of memories, in order.
inline std::vector<std::string> contents_of(json::value const& memories) {
    std::vector<std::string> contents;
    for (auto const& item : memories.as_array()) {
        contents.push_back(text_of(item.at("content")));
    }
    return contents;
}

} // namespace loci::tests
