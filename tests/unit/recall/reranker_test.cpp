#include "unit/records/fixture.hpp"

#include <loci/memory/recall.hpp>
#include <numeric>

using namespace loci;
using namespace loci::memory;
using tests::RecordsFixture;

namespace {

class RerankerFixture : public RecordsFixture {
public:
    void turn(std::string content, std::string speaker, std::int64_t sequence) {
        write(alice, {.content = std::move(content),
                      .scope = {.session = "talk"},
                      .sequence = sequence,
                      .speaker = std::move(speaker)});
    }

    Recall recall(RecallQuery const& query) { return memory->recall(alice, query).value(); }

    std::string first(RecallQuery const& query) { return recall(query).hits.at(0).memory.content; }
};

double part(Hit const& hit, std::string const& channel) {
    for (auto const& score : hit.explanation) {
        if (score.channel == channel) {
            return score.scaled;
        }
    }
    return 0;
}

} // namespace

TEST_CASE_METHOD(RerankerFixture, "the second look is the sum that it explains",
                 "[recall][rerank]") {
    turn("Which instrument do you play?", "Ann", 1);
    turn("The cello, for 3 years now.", "Ben", 2);
    turn("Lovely!", "Ann", 3);
    RecallQuery query{.query = "Which instrument does Ben play?"};
    query.explain = true;
    for (auto const& hit : recall(query).hits) {
        auto const sum =
            std::accumulate(hit.explanation.begin(), hit.explanation.end(), 0.0,
                            [](double so_far, ChannelScore const& score) {
                                auto const second = score.channel.starts_with("rerank.");
                                return so_far + (second ? score.weight * score.scaled : 0);
                            });
        CHECK(hit.score == Approx(sum));
    }
}

TEST_CASE_METHOD(RerankerFixture, "an answer is credited with the question before it",
                 "[recall][rerank]") {
    turn("Which instrument do you play?", "Ann", 1);
    turn("The cello since I was six.", "Ben", 2);
    turn("Where did you learn it?", "Ann", 3);
    turn("In Vienna.", "Ben", 4);
    RecallQuery query{.query = "Which instrument does Ben play?"};
    query.explain = true;
    auto const answer = recall(query);
    for (auto const& hit : answer.hits) {
        if (hit.memory.content.starts_with("The cello")) {
            CHECK(part(hit, "rerank.answers_words") == Approx(1));
            CHECK(part(hit, "rerank.speaker_of_himself") == 1);
            CHECK(part(hit, "rerank.coverage") < part(hit, "rerank.coverage_near"));
        } else if (hit.memory.content.starts_with("Which")) {
            CHECK(part(hit, "rerank.question_penalty") == 1);
            CHECK(part(hit, "rerank.answers_words") == 0);
        }
    }
}

TEST_CASE_METHOD(RerankerFixture, "the date and the kind asked for lift a row",
                 "[recall][rerank]") {
    write(alice,
          {.content = "She swam in the lake", .valid_from = parse_rfc3339("2023-05-04T10:00:00Z")});
    write(alice, {.content = "She swam in the lake again",
                  .valid_from = parse_rfc3339("2021-08-04T10:00:00Z")});
    CHECK(first({.query = "Who swam in the lake in May 2023?"}) == "She swam in the lake");
    CHECK(first({.query = "Who swam in the lake in August 2021?"}) == "She swam in the lake again");
    write(alice, "He has a boat");
    write(alice, "He has three boats");
    CHECK(first({.query = "How many boats has he?"}) == "He has three boats");
}

TEST_CASE_METHOD(RerankerFixture, "a list question lifts what is a kind of its noun",
                 "[recall][rerank]") {
    turn("Ann plays so well.", "Ben", 1);
    turn("Ann plays the cello.", "Ben", 2);
    turn("Ann plays so often.", "Ben", 3);
    RecallQuery query{.query = "Which musical instruments does Ann play?"};
    query.explain = true;
    auto const answer = recall(query);
    REQUIRE(answer.hits.size() == 3);
    CHECK(answer.hits[0].memory.content == "Ann plays the cello.");
    CHECK(part(answer.hits[0], "rerank.expected_noun") == 1);
    CHECK(part(answer.hits[1], "rerank.expected_noun") == 0);
    query.query = "Which musical instrument does Ann play?";
    CHECK(part(recall(query).hits[0], "rerank.expected_noun") == 0);
}

TEST_CASE_METHOD(RerankerFixture, "quoted words are wanted side by side", "[recall][rerank]") {
    write(alice, "The moon looked blue; a blue man looked at the moon");
    write(alice, "They played Blue Moon");
    RecallQuery query{.query = "Who played \"blue moon\"?"};
    query.explain = true;
    auto const answer = recall(query);
    REQUIRE(answer.hits.size() == 2);
    CHECK(answer.hits[0].memory.content == "They played Blue Moon");
    CHECK(part(answer.hits[0], "phrases") == 1);
    CHECK(part(answer.hits[1], "phrases") == 0);
}

TEST_CASE_METHOD(RerankerFixture, "rows beyond the depth stay behind, in their order",
                 "[recall][rerank]") {
    for (int i = 0; i < 30; ++i) {
        write(alice, std::string{"apple"} + std::string(static_cast<std::size_t>(i), '!') +
                         (i % 3 == 0 ? " tree" : " pie and cake"));
    }
    RecallQuery query{.query = "apple tree", .limit = 30};
    query.profile.rerank_depth = 0;
    auto const plain = recall(query);
    query.profile.rerank_depth = 5;
    auto const looked = recall(query);
    REQUIRE(looked.hits.size() == plain.hits.size());
    for (std::size_t i = 5; i < plain.hits.size(); ++i) {
        CHECK(looked.hits[i].memory.id == plain.hits[i].memory.id);
        CHECK(looked.hits[i].score <= looked.hits[i - 1].score);
    }
}

TEST_CASE_METHOD(RerankerFixture, "recency and importance count when asked for",
                 "[recall][rerank]") {
    write(alice, {.content = "The key is under the mat", .importance = 0.9});
    environment.clock.advance(std::chrono::hours{24 * 60});
    write(alice, {.content = "The key is under the mat", .importance = 0.1});
    RecallQuery query{.query = "key under the mat"};
    query.profile.rerank_depth = 0;
    query.profile.recency = 1;
    query.explain = true;
    auto const newest = recall(query);
    CHECK(newest.hits[0].memory.importance == 0.1);
    CHECK(part(newest.hits[1], "recency") == Approx(0.25).margin(0.001));
    query.profile.recency = 0;
    query.profile.importance = 1;
    CHECK(recall(query).hits[0].memory.importance == 0.9);
}

TEST_CASE_METHOD(RerankerFixture, "diversity puts copies behind", "[recall][diversity]") {
    write(alice, "red apple");
    write(alice, "red apple ");
    write(alice, "red apple\n");
    write(alice, "red house by the sea");
    RecallQuery query{.query = "red apple"};
    CHECK(recall(query).hits[3].memory.content == "red house by the sea");
    query.profile.diversity = 0.9;
    CHECK(recall(query).hits[1].memory.content == "red house by the sea");
}

TEST_CASE_METHOD(RerankerFixture, "a profile is checked number by number", "[recall][rerank]") {
    RecallProfile profile;
    for (auto const& weight : named_weights(profile)) {
        auto const before = *weight.value;
        *weight.value = -1;
        auto const refused = memory->recall(alice, {.query = "x", .profile = profile});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().fields.at(0).path == "profile." + std::string{weight.name});
        *weight.value = before;
    }
    CHECK(memory->recall(alice, {.query = "x", .profile = profile}));
    profile.rerank_depth = 1001;
    CHECK_FALSE(memory->recall(alice, {.query = "x", .profile = profile}));
}
