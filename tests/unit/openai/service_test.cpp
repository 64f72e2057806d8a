#include "fixture.hpp"

#include <openai/excerpt.hpp>
#include <openai/service.hpp>

using namespace loci;
using namespace loci::tests;
using namespace std::chrono_literals;

namespace {

struct ServiceFixture : OpenAiFixture {
    Result<std::string> post(std::vector<std::string> const& secrets = {},
                             std::chrono::milliseconds patience = 10s) {
        return service.post({.path = "/embeddings",
                             .body = "{}",
                             .timeout = 7s,
                             .patience = patience,
                             .secrets = secrets});
    }

    openai::Service service{server(), environment()};
};

} // namespace

TEST_CASE_METHOD(ServiceFixture, "a request carries key and type and its time limit",
                 "[openai][service]") {
    transport.answer(200, "fine");
    CHECK(post().value() == "fine");
    auto const& request = transport.requests.at(0);
    CHECK(request.method == "POST");
    CHECK(request.url == "http://models.example/v1/embeddings");
    CHECK(request.timeout == 7s);
    using Headers = std::vector<std::pair<std::string, std::string>>;
    CHECK(request.headers == Headers{{"Content-Type", "application/json"},
                                     {"Accept", "application/json"},
                                     {"Authorization", "Bearer sk-secret-key"}});
}

TEST_CASE_METHOD(OpenAiFixture, "without a key no authorization is sent", "[openai][service]") {
    openai::Service service{{.base_url = "http://models.example/v1//", .model = "tiny"},
                            environment()};
    transport.answer(201, "fine");
    CHECK(service.post({.path = "/x", .body = "", .timeout = 1s, .patience = 1s}).has_value());
    CHECK(transport.requests.at(0).url == "http://models.example/v1/x");
    CHECK(transport.requests.at(0).headers.size() == 2);
}

TEST_CASE_METHOD(ServiceFixture, "what can pass is tried again after growing waits",
                 "[openai][service]") {
    for (auto const status : {408, 409, 429, 500}) {
        transport.answer(status, "not now");
    }
    transport.script.push_back(FakeTransport::unreachable());
    transport.answer(200, "at last");
    CHECK(post({}, 60s).value() == "at last");
    CHECK(transport.requests.size() == 6);
    auto const waits = clock.waits();
    REQUIRE(waits.size() == 5);
    auto range = 500ms;
    for (auto const wait : waits) {
        CHECK(wait >= range / 2);
        CHECK(wait <= range);
        range *= 2;
    }
}

TEST_CASE_METHOD(ServiceFixture, "waits end with the patience", "[openai][service]") {
    auto const begun = clock.now();
    auto const answer = post({}, 10s);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == ErrorKind::unavailable);
    CHECK(clock.now() - begun < 10s);
    CHECK(transport.requests.size() > 3);
}

TEST_CASE_METHOD(ServiceFixture, "what cannot pass is not tried again", "[openai][service]") {
    auto const [status, kind] = GENERATE(table<int, ErrorKind>({{400, ErrorKind::invalid},
                                                                {401, ErrorKind::unauthenticated},
                                                                {403, ErrorKind::forbidden},
                                                                {404, ErrorKind::not_found},
                                                                {413, ErrorKind::invalid},
                                                                {422, ErrorKind::invalid},
                                                                {302, ErrorKind::unavailable}}));
    transport.answer(status, R"({"error":{"message":"no such model"}})");
    auto const answer = post();
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().kind == kind);
    CHECK(holds(answer.error().message, std::to_string(status)));
    CHECK(holds(answer.error().message, "no such model"));
    CHECK(transport.requests.size() == 1);
    CHECK(clock.waits().empty());
}

TEST_CASE_METHOD(ServiceFixture, "a refused certificate is not tried again", "[openai][service]") {
    transport.script.push_back(Error{ErrorKind::unavailable, "CERTIFICATE_REFUSED", "expired"});
    CHECK_FALSE(post().has_value());
    CHECK(transport.requests.size() == 1);
}

TEST_CASE_METHOD(ServiceFixture, "Retry-After is waited for when it is within the patience",
                 "[openai][service]") {
    transport.answer(429, "", {{"retry-after", "5"}});
    transport.answer(200, "fine");
    CHECK(post().value() == "fine");
    CHECK(clock.waits() == std::vector<std::chrono::microseconds>{5s});
    transport.answer(503, "", {{"retry-after", "11"}});
    CHECK_FALSE(post().has_value());
    CHECK(clock.waits().size() == 1);
}

TEST_CASE("Retry-After is seconds or a date", "[openai][service]") {
    auto const now = ManualClock::default_start(); // 2026-03-20T09:00:00Z, a Friday
    auto const read = [&](std::string const& text) {
        return openai::retry_after({429, {{"retry-after", text}}, ""}, now);
    };
    CHECK(read("0") == 0s);
    CHECK(read("120") == 120s);
    CHECK(read("999999999999") == std::chrono::hours{7 * 24});
    CHECK(read("Fri, 20 Mar 2026 09:01:30 GMT") == 90s);
    CHECK(read("Fri, 20 Mar 2026 08:00:00 GMT") == 0s);
    CHECK_FALSE(read("-1"));
    CHECK_FALSE(read("soon"));
    CHECK_FALSE(read(""));
    CHECK_FALSE(openai::retry_after({429, {}, ""}, now));
}

TEST_CASE("an excerpt is short, on one line, and text", "[openai][excerpt]") {
    CHECK(openai::excerpt_of("", {}) == "(without a message)");
    CHECK(openai::excerpt_of("a\nb\tc", {}) == "a b c");
    CHECK(openai::excerpt_of(std::string(5000, 'x'), {}) == std::string(300, 'x'));
    CHECK(openai::excerpt_of("bad \xFF byte", {}) == "bad ? byte");
    CHECK(openai::excerpt_of("{ \"error\" : \"ung\\u00fcltig\" }", {}) ==
          "{\"error\":\"ung\u00FCltig\"}");
}

TEST_CASE("an excerpt never repeats what was sent", "[openai][excerpt]") {
    std::vector<std::string> const secrets{"Ines has an allergy to\nhazelnuts", "sk-1234567890",
                                           "\u65E5\u672C\u8A9E\u306E\u79D8\u5BC6", "PIN4"};
    auto const* const hidden = "(its message repeats what it was sent)";
    CHECK(openai::excerpt_of(R"({"detail":[{"input":"Ines has an allergy to\nhazelnuts"}]})",
                             secrets) == hidden);
    CHECK(openai::excerpt_of("cannot embed: allergy to hazelnuts", secrets) == hidden);
    CHECK(openai::excerpt_of("Incorrect API key provided: sk-1234567890", secrets) == hidden);
    CHECK(openai::excerpt_of(R"({"input":"\u65e5\u672c\u8a9e\u306e"})", secrets) == hidden);
    CHECK(openai::excerpt_of("got PIN4", secrets) == hidden);
    CHECK(openai::excerpt_of("no such allergen", secrets) == "no such allergen");
}

TEST_CASE_METHOD(ServiceFixture, "an error never shows the key or a text", "[openai][service]") {
    transport.answer(401, "Incorrect API key provided: sk-secret-key");
    auto const refused = post();
    CHECK_FALSE(holds(refused.error().message, "sk-"));
    transport.answer(422, "cannot read: the text that was sent");
    CHECK_FALSE(holds(post({"the text that was sent"}).error().message, "sent the"));
}

TEST_CASE("settings of a server are checked", "[openai][service]") {
    memory::OpenAiServer const sound{.base_url = "https://x.example/v1", .model = "m"};
    CHECK_FALSE(openai::Service::check(sound));
    auto const field = [&](auto change) {
        auto faulty = sound;
        change(faulty);
        auto const error = openai::Service::check(faulty);
        return error && !error->fields.empty() ? error->fields.front().path : "";
    };
    CHECK(field([](auto& server) { server.base_url = "x.example"; }) == "base_url");
    CHECK(field([](auto& server) { server.base_url = "file:///etc"; }) == "base_url");
    CHECK(field([](auto& server) { server.base_url += "?a=b"; }) == "base_url");
    CHECK(field([](auto& server) { server.model = ""; }) == "model");
    CHECK(field([](auto& server) { server.key = "a\r\nX: y"; }) == "key");
    CHECK(field([](auto& server) { server.timeout = 0ms; }) == "timeout");
}
