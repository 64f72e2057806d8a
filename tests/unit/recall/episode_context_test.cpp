#include "unit/records/fixture.hpp"

#include <recall/episode_context.hpp>

using namespace loci;
using namespace loci::memory;
using tests::RecordsFixture;

namespace {

class EpisodeFixture : public RecordsFixture {
public:
    void turn(std::string content, std::string session, std::int64_t sequence,
              std::vector<std::string> tags = {}) {
        write(alice, {.content = std::move(content),
                      .scope = {.session = std::move(session)},
                      .tags = std::move(tags),
                      .sequence = sequence});
    }

    Recall recall(RecallQuery const& query) { return memory->recall(alice, query).value(); }

    /// Of the hit with this content; nothing if it is none.
    std::optional<Hit> find(RecallQuery const& query, std::string const& content) {
        for (auto& hit : recall(query).hits) {
            if (hit.memory.content == content) {
                return hit;
            }
        }
        return std::nullopt;
    }
};

RecallQuery words_only(std::string text) {
    RecallQuery query;
    query.query = std::move(text);
    query.profile.meaning = 0;
    query.profile.pairs = 0;
    query.profile.rerank_depth = 0;
    query.explain = true;
    return query;
}

double part(Hit const& hit, std::string const& channel) {
    for (auto const& score : hit.explanation) {
        if (score.channel == channel) {
            return score.scaled;
        }
    }
    return -1;
}

} // namespace

TEST_CASE_METHOD(EpisodeFixture, "turns around a hit share its score", "[recall][episode]") {
    // A question of digits has no vector under this embedder: only words and context speak.
    turn("1111", "talk", 10);
    turn("2222", "talk", 20);
    turn("3333", "talk", 30);
    turn("4444", "talk", 40);
    turn("5555", "talk", 50);
    turn("6666", "talk", 60);
    turn("7777", "other", 31);
    auto query = words_only("3333");
    query.profile.episode = 0;
    auto const found = recall(query);
    REQUIRE(found.hits.size() == 5);
    CHECK(found.hits.front().memory.content == "3333");
    CHECK(found.hits.front().score == Approx(1.0));
    CHECK(find(query, "4444")->score == Approx(0.2)); // the turn before it was hit
    CHECK(find(query, "5555")->score == Approx(0.3)); // two before
    CHECK(find(query, "2222")->score == Approx(0.3)); // the turn after
    CHECK(find(query, "1111")->score == Approx(0.1)); // two after
    CHECK_FALSE(find(query, "6666"));
    CHECK_FALSE(find(query, "7777"));
    CHECK(part(*find(query, "4444"), "neighbours") == Approx(0.2));
    query.profile.neighbours = 0.5;
    CHECK(find(query, "5555")->score == Approx(0.15));
    query.profile.neighbours = 0;
    CHECK(recall(query).hits.size() == 1);
}

TEST_CASE_METHOD(EpisodeFixture, "an episode that speaks of the question lifts its turns",
                 "[recall][episode]") {
    turn("1000 5000", "about", 1);
    turn("5000 5000", "about", 2);
    turn("1000 6000", "elsewhere", 1);
    turn("7000", "elsewhere", 2);
    auto query = words_only("1000 5000");
    query.profile.neighbours = 0;
    auto const about = find(query, "1000 5000");
    auto const elsewhere = find(query, "1000 6000");
    REQUIRE(about);
    REQUIRE(elsewhere);
    CHECK(part(*about, "episode") > part(*elsewhere, "episode"));
    query.profile.episode = 0;
    CHECK(find(query, "1000 5000")->score < about->score);
}

TEST_CASE_METHOD(EpisodeFixture, "without an episode, or in other modes, context has no effect",
                 "[recall][episode]") {
    write(alice, "1111 2222");
    write(alice, "1111");
    auto query = words_only("1111");
    auto const plain = recall(query);
    REQUIRE(plain.hits.size() == 2);
    CHECK(plain.hits.front().explanation.size() == 3);
    query.profile.neighbours = 0;
    query.profile.episode = 0;
    CHECK(recall(query).hits.front().score == plain.hits.front().score);
    turn("3333", "talk", 1);
    turn("4444", "talk", 2);
    query = words_only("3333");
    query.mode = RecallMode::keyword;
    CHECK(recall(query).hits.size() == 1);
}

TEST_CASE_METHOD(EpisodeFixture, "a turn that the filter keeps out is no neighbour",
                 "[recall][episode]") {
    turn("1111", "talk", 1, {"kept"});
    turn("2222", "talk", 2);
    turn("3333", "talk", 3, {"kept"});
    auto query = words_only("1111");
    query.profile.episode = 0;
    query.filter.tags.all = {"kept"};
    auto const found = recall(query);
    CHECK(found.hits.size() == 2);
    CHECK_FALSE(find(query, "2222"));
    CHECK(find(query, "3333")->score == Approx(0.2));
}

TEST_CASE_METHOD(EpisodeFixture, "of many episodes those of the best rows are looked at",
                 "[recall][episode]") {
    constexpr int episodes = 300;
    std::vector<NewMemory> turns;
    for (int i = 0; i < episodes; ++i) {
        turns.push_back({.content = i == episodes / 2 ? "3333" : "3333 8888",
                         .scope = {.session = "talk " + std::to_string(i)},
                         .sequence = 1});
    }
    REQUIRE(memory->write_many(alice, turns));
    turn("4444", "talk " + std::to_string(episodes / 2), 2);
    auto query = words_only("3333");
    query.limit = limits::results;
    std::size_t lifted = 0;
    for (auto const& hit : recall(query).hits) {
        lifted += hit.memory.content != "4444" && part(hit, "episode") > 0 ? 1 : 0;
    }
    CHECK(lifted == loci::recall::EpisodeContext::most_episodes);
    CHECK(part(*find(query, "3333"), "episode") > 0);
    CHECK(part(*find(query, "4444"), "neighbours") > 0);
}
