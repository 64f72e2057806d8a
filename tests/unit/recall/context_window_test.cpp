#include <catch2/catch.hpp>
#include <random>
#include <recall/pack.hpp>
#include <set>

using namespace loci;
using namespace loci::memory;
using recall::pack;

namespace {

/// Counts words, and one more for every line but the first: not the sum of its lines.
class WordCounter final : public TokenCounter {
public:
    std::string const& name() const override { return name_; }

    std::size_t count(std::string_view text) const override {
        std::size_t words = 0;
        auto inside = false;
        for (char const character : text) {
            auto const space = character == ' ' || character == '\n';
            words += (!space && !inside) || character == '\n' ? 1 : 0;
            inside = !space;
        }
        return words;
    }

private:
    std::string name_ = "words";
};

Hit hit(std::string content, std::int64_t key = 1, std::optional<std::string> space = "notes") {
    Hit hit;
    hit.memory.content = std::move(content);
    hit.memory.scope.space = std::move(space);
    hit.memory.revision_key = key;
    hit.memory.created_at = from_micros(key);
    return hit;
}

ContextQuery budget(std::size_t tokens, ContextOrder order = ContextOrder::relevance) {
    ContextQuery query;
    query.token_budget = tokens;
    query.order = order;
    return query;
}

} // namespace

TEST_CASE("four bytes are about a token", "[recall][context]") {
    auto const counter = approximate_token_counter();
    CHECK(counter->name() == "approx");
    CHECK(counter->count("") == 0);
    CHECK(counter->count("a") == 1);
    CHECK(counter->count("abcd") == 1);
    CHECK(counter->count("abcde") == 2);
}

TEST_CASE("an item is one line whatever its content", "[recall][context]") {
    auto const counter = approximate_token_counter();
    auto const window = pack({hit("one\ntwo\r\nthree\rfour\xe2\x80\xa8"
                                  "five\xc2\x85six\xc2\xa9")},
                             budget(100), *counter);
    CHECK(window.text == "- [notes] one two three four five six\xc2\xa9");
    CHECK(window.tokens_used == counter->count(window.text));
    CHECK(window.items.front().tokens == window.tokens_used);
    CHECK_FALSE(window.truncated);
}

TEST_CASE("what does not fit is skipped and the next is tried", "[recall][context]") {
    auto const counter = approximate_token_counter();
    auto const window =
        pack({hit("aaaa", 3), hit(std::string(100, 'b'), 2), hit("cc", 1)}, budget(7), *counter);
    CHECK(window.text == "- [notes] aaaa\n- [notes] cc");
    CHECK(window.tokens_used == 7);
    CHECK(window.omitted == 1);
    CHECK(window.truncated);
    auto const smaller = pack({hit("aaaa"), hit("cc")}, budget(6), *counter);
    CHECK(smaller.text == "- [notes] aaaa");
    CHECK(smaller.omitted == 1);
}

TEST_CASE("nothing fits: an empty window", "[recall][context]") {
    auto const counter = approximate_token_counter();
    auto const window = pack({hit("aaaa")}, budget(1), *counter);
    CHECK(window.items.empty());
    CHECK(window.text.empty());
    CHECK(window.tokens_used == 0);
    CHECK(window.omitted == 1);
    CHECK(window.truncated);
}

TEST_CASE("chronological order keeps the choice by score", "[recall][context]") {
    auto const counter = approximate_token_counter();
    auto const window = pack({hit("late", 9), hit("early", 1), hit("middle", 5)},
                             budget(100, ContextOrder::chronological), *counter);
    CHECK(window.text == "- [notes] early\n- [notes] middle\n- [notes] late");
    CHECK(window.items.front().hit.memory.content == "early");
}

TEST_CASE("a window is never above its budget, under any counter and order", "[recall][context]") {
    std::mt19937 random{21};
    WordCounter const words;
    auto const approximate = approximate_token_counter();
    for (int round = 0; round < 400; ++round) {
        std::vector<Hit> hits;
        for (auto count = random() % 12; count > 0; --count) {
            std::string content;
            for (auto parts = random() % 15; parts > 0; --parts) {
                content += random() % 5 == 0 ? "\n" : "wor d";
            }
            hits.push_back(hit(content, static_cast<std::int64_t>(random() % 100)));
        }
        auto const order =
            random() % 2 == 0 ? ContextOrder::relevance : ContextOrder::chronological;
        TokenCounter const& counter =
            random() % 2 == 0 ? static_cast<TokenCounter const&>(words) : *approximate;
        auto const query = budget(1 + random() % 60, order);
        auto const size = hits.size();
        auto const window = pack(std::move(hits), query, counter);
        CHECK(window.tokens_used == counter.count(window.text));
        CHECK(window.tokens_used <= query.token_budget);
        CHECK(window.items.size() + window.omitted == size);
        CHECK(window.truncated == (window.omitted > 0));
        auto const lines =
            window.text.empty() ? 0 : 1 + std::count(window.text.begin(), window.text.end(), '\n');
        CHECK(static_cast<std::size_t>(lines) == window.items.size());
    }
}
