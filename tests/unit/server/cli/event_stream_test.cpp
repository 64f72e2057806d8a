#include <catch2/catch.hpp>
#include <cli/event_stream.hpp>
#include <vector>

namespace loci::cli {
namespace {

std::string const stream = "retry: 3000\n\nevent: meta\nid: 912:0\ndata: {\"total\":2}\n\n"
                           ": keep-alive\n\nevent: memory\r\ndata: {\"a\":1}\r\n\r\n"
                           "data: one\ndata: two\n\nevent: done\ndata:{}\n\n";

TEST_CASE("events are found whatever the pieces", "[cli][event_stream]") {
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        std::vector<std::pair<std::string, std::string>> events;
        EventStreamReader reader{[&](StreamEvent const& event) {
            events.emplace_back(event.name, event.data);
            return true;
        }};
        for (std::size_t at = 0; at < stream.size(); at += size) {
            REQUIRE(reader.feed(std::string_view{stream}.substr(at, size)));
        }
        REQUIRE(events == decltype(events){{"meta", "{\"total\":2}"},
                                           {"memory", "{\"a\":1}"},
                                           {"", "one\ntwo"},
                                           {"done", "{}"}});
    }
}

TEST_CASE("a reader that wants no more stops the stream", "[cli][event_stream]") {
    int events = 0;
    EventStreamReader reader{[&](StreamEvent const&) { return ++events < 2; }};
    CHECK_FALSE(reader.feed(stream));
    CHECK(events == 2);
}

} // namespace
} // namespace loci::cli
