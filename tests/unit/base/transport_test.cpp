#include <loci/base/transport.hpp>

#include <algorithm>
#include <catch2/catch.hpp>
#include <optional>
#include <support/small_server.hpp>

namespace {

using namespace loci;
using tests::SmallServer;

std::optional<std::string> header(OutboundAnswer const& answer, std::string_view name) {
    auto const found = std::ranges::find_if(answer.headers,
                                            [&](auto const& entry) { return entry.first == name; });
    return found == answer.headers.end() ? std::nullopt : std::optional{found->second};
}

bool holds(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("a request goes out as given and its answer comes back", "[base][transport]") {
    SmallServer server{"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nX-Name:  some value \r\n\r\n"
                       "hello"};
    auto const transport = curl_transport();
    auto const answer =
        transport->send({.method = "POST",
                         .url = server.url("/path?x=1"),
                         .headers = {{"Content-Type", "application/json"}, {"X-Empty", ""}},
                         .body = "{\"a\":1}"});
    REQUIRE(answer.has_value());
    CHECK(answer->status == 201);
    CHECK(answer->body == "hello");
    CHECK(header(*answer, "x-name") == "some value");
    auto const& request = server.request();
    CHECK(request.starts_with("POST /path?x=1 HTTP/1.1\r\n"));
    CHECK(holds(request, "\r\nContent-Type: application/json\r\n"));
    CHECK(holds(request, "\r\nX-Empty:\r\n"));
    CHECK_FALSE(holds(request, "Expect:"));
    CHECK(request.ends_with("\r\n\r\n{\"a\":1}"));
}

TEST_CASE("every method is sent by its name", "[base][transport]") {
    auto const* const method = GENERATE("GET", "PUT", "DELETE", "PATCH");
    SmallServer server{"HTTP/1.1 204 No Content\r\n\r\n"};
    auto const answer = curl_transport()->send({.method = method, .url = server.url()});
    REQUIRE(answer.has_value());
    CHECK(answer->status == 204);
    CHECK(server.request().starts_with(std::string{method} + " / HTTP/1.1\r\n"));
}

TEST_CASE("HEAD expects no body", "[base][transport]") {
    SmallServer server{"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"};
    auto const answer = curl_transport()->send({.method = "HEAD", .url = server.url()});
    REQUIRE(answer.has_value());
    CHECK(answer->body.empty());
    CHECK(server.request().starts_with("HEAD / "));
}

TEST_CASE("an error status and a redirect are answers", "[base][transport]") {
    SmallServer server{"HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n"
                       "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                       "Content-Length: 0\r\n\r\n"};
    auto const answer = curl_transport()->send({.url = server.url()});
    REQUIRE(answer.has_value());
    CHECK(answer->status == 302);
    CHECK(header(*answer, "location") == "http://127.0.0.1:1/");
    CHECK_FALSE(header(*answer, "x-interim"));
}

TEST_CASE("a body may be as long as allowed, not longer", "[base][transport]") {
    std::string const answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(100, 'x');
    SmallServer enough{answer};
    auto const fits = curl_transport()->send({.url = enough.url(), .maximum_answer = 100});
    REQUIRE(fits.has_value());
    CHECK(fits->body.size() == 100);
    SmallServer short_of{answer};
    auto const refused = curl_transport()->send({.url = short_of.url(), .maximum_answer = 99});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::unavailable);
    CHECK(refused.error().reason == "ANSWER_TOO_LONG");
}

TEST_CASE("a server that does not answer is unavailable", "[base][transport]") {
    auto const transport = curl_transport();
    SECTION("nobody listens") {
        auto const refused = transport->send({.url = "http://127.0.0.1:1/"});
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().kind == ErrorKind::unavailable);
        CHECK(refused.error().reason == "EXCHANGE_FAILED");
    }
    SECTION("it stays silent") {
        SmallServer const server{"", true};
        auto const refused =
            transport->send({.url = server.url(), .timeout = std::chrono::milliseconds{50}});
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().reason == "TIMED_OUT");
    }
    SECTION("it breaks off") {
        SmallServer const server{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"};
        auto const refused = transport->send({.url = server.url()});
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().kind == ErrorKind::unavailable);
    }
}

TEST_CASE("malformed requests never leave", "[base][transport]") {
    auto const transport = curl_transport();
    auto const* const url = GENERATE("", "example.org", "/path", "ftp://example.org/",
                                     "file:///etc/hostname", "http://", "http://a b/",
                                     "http://example.org:99999/", "http://example.org/\r\nX: y");
    CAPTURE(url);
    auto const refused = transport->send({.url = url});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == ErrorKind::invalid);
    CHECK(refused.error().reason == "INVALID_URL");
    CHECK_FALSE(holds(refused.error().message, "example"));
}

TEST_CASE("a header or method cannot smuggle lines", "[base][transport]") {
    auto const transport = curl_transport();
    std::string const url = "http://127.0.0.1:1/";
    for (auto const& request : {OutboundRequest{.url = url, .headers = {{"A", "b\r\nC: d"}}},
                                OutboundRequest{.url = url, .headers = {{"A: b", "c"}}},
                                OutboundRequest{.url = url, .headers = {{"", "c"}}},
                                OutboundRequest{.method = "GET /x", .url = url},
                                OutboundRequest{.method = "", .url = url}}) {
        auto const refused = transport->send(request);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().kind == ErrorKind::invalid);
    }
}

} // namespace
