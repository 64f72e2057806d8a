#include "api_support.hpp"

#include <loci/memory/exchange.hpp>
#include <openssl/evp.h>
#include <support/result_text.hpp>

using namespace loci;
using namespace loci::tests;

namespace {

std::vector<ServerSentEvent> events_of(HttpClient& client, std::string const& target,
                                       HttpHeaders headers = {}) {
    client.send_raw(client.compose("GET", target, "", headers));
    auto const head = client.read_head();
    REQUIRE(head.status == 200);
    CHECK(head.header("content-type").starts_with("text/event-stream"));
    CHECK(head.header("cache-control") == "no-store");
    CHECK(head.header("x-accel-buffering") == "no");
    std::vector<ServerSentEvent> events;
    while (auto event = client.read_event()) {
        if (!event->event.empty()) {
            events.push_back(std::move(*event));
        }
    }
    return events;
}

std::string sha256(std::string const& bytes) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (unsigned at = 0; at < size; ++at) {
        text += digits[digest[at] >> 4u];
        text += digits[digest[at] & 15u];
    }
    return text;
}

std::vector<std::string> ids_of(std::vector<ServerSentEvent> const& events) {
    std::vector<std::string> ids;
    for (auto const& event : events) {
        if (event.event == "memory") {
            ids.push_back(text_of(json::parse(event.data).at("id")));
        }
    }
    return ids;
}

} // namespace

TEST_CASE("an export has the form of its reference", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const first = remember(client, {{"content", "line\none"}});
    auto const second = remember(client, {{"content", "two"}, {"space", "b"}});
    auto const answer = client.get("/v1/memory/stream/export");
    REQUIRE(answer.status == 200);
    std::string const data_one = json::serialize(first); // numbers are integers here
    auto const read_one = client.get("/v1/memory/items/" + text_of(first.at("id"))).body;
    auto const read_two = client.get("/v1/memory/items/" + text_of(second.at("id"))).body;
    CHECK(answer.body == "retry: 3000\n\n"
                         "event: meta\nid: 2:0\n"
                         "data: {\"snapshot\":2,\"total\":2,\"spaces\":[\"b\",\"default\"],"
                         "\"version\":1}\n\n"
                         "event: memory\nid: 2:1\ndata: " +
                             read_one +
                             "\n\n"
                             "event: memory\nid: 2:2\ndata: " +
                             read_two +
                             "\n\n"
                             "event: done\nid: 2:end\n"
                             "data: {\"count\":2,\"snapshot\":2,\"sha256\":\"" +
                             sha256(read_one + read_two) + "\"}\n\n");
}

TEST_CASE("an export restricted to spaces", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember(client, {{"content", "one"}});
    remember(client, {{"content", "two"}, {"space", "b"}});
    auto const events = events_of(client, "/memory/stream/export?spaces=b");
    REQUIRE(events.size() == 3);
    CHECK(json::parse(events[0].data).at("total") == 1);
    CHECK(json::parse(events[0].data).at("spaces") == json::array{"b"});
    CHECK(json::parse(events[1].data).at("content") == "two");
    auto const none = events_of(client, "/memory/stream/export?spaces=none");
    REQUIRE(none.size() == 2);
    CHECK(json::parse(none[1].data).at("count") == 0);
}

TEST_CASE("an export that broke goes on within its snapshot", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    std::vector<std::string> written;
    for (int at = 0; at < 1200; ++at) {
        if (at % 100 == 0) {
            json::array memories;
            for (int item = at; item < at + 100; ++item) {
                memories.push_back(
                    json::object{{"content", "memory number " + std::to_string(item)}});
            }
            auto const answer = client.post_json("/v1/memory/batch", {{"memories", memories}});
            REQUIRE(answer.status == 201);
            auto const body = answer.json();
            for (auto const& success : body.at("successes").as_array()) {
                written.push_back(text_of(success.at("id")));
            }
        }
    }
    auto const whole = events_of(client, "/v1/memory/stream/export");
    CHECK(ids_of(whole) == written);
    auto const last_seen = whole[700].id;

    remember(client, {{"content", "written later"}});
    client.remove("/v1/memory/items/" + written[900]);
    api.restart();
    auto again = api.client();
    auto const rest = events_of(again, "/v1/memory/stream/export", {{"last-event-id", last_seen}});
    std::vector<std::string> expected(written.begin() + 700, written.end());
    expected.erase(expected.begin() + 200);
    CHECK(ids_of(rest) == expected);
    auto const meta = json::parse(rest.front().data);
    CHECK(meta.at("snapshot") == 1200);
    CHECK(meta.at("total") == 1199);
    CHECK(json::parse(rest.back().data).at("count") == 499);
    CHECK(ids_of(events_of(again, "/v1/memory/stream/export?after=" + last_seen)) == expected);
    auto const ended = events_of(again, "/v1/memory/stream/export?after=" + whole.back().id);
    REQUIRE(ended.size() == 2);
    CHECK(ended[0].id == "1200:end");
    CHECK(ids_of(events_of(again, "/v1/memory/stream/export?after=1:1",
                           {{"last-event-id", "1200:1199"}})) ==
          std::vector<std::string>{written[1199]});
}

TEST_CASE("a malformed position is refused", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    remember(client, {{"content", "one"}});
    for (auto const* id : {"x", "1", "1:", ":1", "1:-1", "2:0", "99999999999999999999:0"}) {
        CAPTURE(id);
        auto const target = std::string{"/v1/memory/stream/export"};
        check_error(client.get(target, {{"last-event-id", id}}), 400, "VALIDATION_ERROR");
        check_error(client.get(target + "?after=" + id), 400, "VALIDATION_ERROR");
    }
}

TEST_CASE("an export for import holds everything that is stored", "[http][memesh]") {
    RunningApi api;
    auto client = api.client();
    auto const memory =
        remember(client, {{"content", "two\nlines"}, {"occurredAt", "2026-01-01T00:00:00Z"}});
    auto const events = events_of(client, "/v1/memory/stream/export?format=exchange");
    REQUIRE(events.size() == 3);
    auto const item = loci::memory::parse_exchange_line(events.at(1).data);
    REQUIRE(item);
    CHECK(item->content == "two\nlines");
    CHECK(to_string(item->id.value().value) == text_of(memory.at("id")));
    CHECK(item->created_at);
    CHECK(item->valid_from == parse_rfc3339("2026-01-01T00:00:00Z"));
    CHECK(text_of(json::parse(events.at(2).data).at("sha256")) == sha256(events.at(1).data));
    CHECK(client.get("/v1/memory/stream/export?format=xml").status == 400);
}
