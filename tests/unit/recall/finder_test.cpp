#include "unit/records/fixture.hpp"

#include <random>

using namespace loci;
using namespace loci::memory;
using tests::field_of;
using tests::RecordsFixture;

namespace {

/// The records' fixture with the embedder that users have.
class FinderFixture : public RecordsFixture {
public:
    FinderFixture() { open_with(*words); }

    Recall recall(Caller const& caller, RecallQuery const& query) {
        auto found = memory->recall(caller, query);
        REQUIRE(found);
        return std::move(*found);
    }

    std::vector<std::string> contents(Caller const& caller, RecallQuery const& query) {
        std::vector<std::string> texts;
        for (auto const& hit : recall(caller, query)) {
            texts.push_back(hit.memory.content);
        }
        return texts;
    }

    bool finds(std::string const& query, std::string const& content) {
        auto const found =
            contents(alice, {.query = query, .mode = RecallMode::keyword, .limit = 1000});
        return std::find(found.begin(), found.end(), content) != found.end();
    }

    std::unique_ptr<Embedder> words = word_table_embedder();
};

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE_METHOD(FinderFixture, "a question finds its memory first", "[recall]") {
    write(alice, "Prefers an aisle seat on long flights");
    write(alice, "Bought a new bicycle in spring");
    write(alice, "Her dentist is Doctor Moran");
    auto const found = recall(alice, {.query = "where does she like to sit on a plane?"});
    CHECK(found.hits.front().memory.content == "Prefers an aisle seat on long flights");
    CHECK(contents(alice, {.query = "who is her dentist?"}).front() ==
          "Her dentist is Doctor Moran");
}

TEST_CASE_METHOD(FinderFixture, "similarity is 1 for equal text and low for unrelated text",
                 "[recall]") {
    write(alice, "Prefers an aisle seat on long flights");
    write(alice, "The compiler refuses narrowing conversions");
    auto const found =
        recall(alice, {.query = "  prefers an AISLE seat on long flights ", .limit = 10});
    REQUIRE_FALSE(found.hits.empty());
    CHECK(found.hits.front().similarity == 1.0);
    CHECK(found.hits.front().lexical == 1.0);
    for (std::size_t i = 1; i < found.hits.size(); ++i) {
        CHECK(found.hits[i].similarity < 0.6);
        CHECK(found.hits[i].lexical <= 0.89);
    }
}

TEST_CASE_METHOD(FinderFixture, "a text without any known word is found by itself", "[recall]") {
    write(alice, "\xf0\x9f\x8e\x89\xf0\x9f\x8e\x89");
    write(alice, "plain words");
    auto const found = recall(alice, {.query = "\xf0\x9f\x8e\x89\xf0\x9f\x8e\x89"});
    REQUIRE_FALSE(found.hits.empty());
    CHECK(found.hits.front().similarity == 1.0);
    CHECK(found.hits.front().memory.content == "\xf0\x9f\x8e\x89\xf0\x9f\x8e\x89");
}

TEST_CASE_METHOD(FinderFixture, "paging reaches every hit once, in one order", "[recall]") {
    for (int i = 0; i < 57; ++i) {
        write(alice, "red note number " + std::to_string(i) + (i % 3 == 0 ? " apple" : " pear"));
    }
    auto const whole = contents(alice, {.query = "red apple", .limit = 1000});
    auto const total = recall(alice, {.query = "red apple", .limit = 0}).total;
    CHECK(whole.size() == total);
    CHECK(total == 57);
    Texts paged;
    for (std::size_t offset = 0; offset < total + 10; offset += 10) {
        auto const page = recall(alice, {.query = "red apple", .limit = 10, .offset = offset});
        CHECK(page.total == total);
        for (auto const& hit : page) {
            paged.push_back(hit.memory.content);
        }
    }
    CHECK(paged == whole);
}

TEST_CASE_METHOD(FinderFixture, "more than a thousand hits are cut, and said to be", "[recall]") {
    std::vector<NewMemory> items;
    for (int i = 0; i < 1000; ++i) {
        items.push_back({.content = "red note " + std::to_string(i)});
    }
    REQUIRE(memory->write_many(alice, items));
    auto const exact = recall(alice, {.query = "red", .mode = RecallMode::keyword});
    CHECK(exact.total == 1000);
    CHECK_FALSE(exact.truncated);
    REQUIRE(memory->write_many(alice, items));
    REQUIRE(memory->write_many(alice, items));
    auto const cut = recall(alice, {.query = "red", .mode = RecallMode::keyword});
    CHECK(cut.total == 1000);
    CHECK(cut.truncated);
    CHECK(recall(alice, {.query = "red", .limit = 1, .offset = 999}).hits.size() == 1);

    // Of 3000 rows with the word, the filter leaves three, all of them beyond any cut.
    items.resize(3);
    for (auto& item : items) {
        item.tags = {"rare"};
    }
    REQUIRE(memory->write_many(alice, items));
    REQUIRE(memory->write_many(alice, std::vector<NewMemory>(1000, {.content = "red ink"})));
    auto const narrow = recall(alice, {.query = "red", .filter = {.tags = {.all = {"rare"}}}});
    CHECK(narrow.hits.size() == 3);
    CHECK(narrow.total == 3);
}

TEST_CASE_METHOD(FinderFixture, "modes choose the channels, and recent the order", "[recall]") {
    write(alice, "The physician told her to rest");
    environment.clock.advance(tests::a_while);
    write(alice, "A doctor lives next door");
    auto const by_words = recall(alice, {.query = "doctor", .mode = RecallMode::keyword});
    CHECK(by_words.hits.size() == 1);
    CHECK(by_words.mode == RecallMode::keyword);
    CHECK(by_words.hits[0].keyword_rank == 1);
    CHECK_FALSE(by_words.hits[0].semantic_rank);
    CHECK(by_words.hits[0].similarity > 0);
    auto const by_meaning = recall(alice, {.query = "doctor", .mode = RecallMode::semantic});
    REQUIRE(by_meaning.hits.size() == 2);
    CHECK_FALSE(by_meaning.hits[0].keyword_rank);
    CHECK(by_meaning.hits[1].semantic_rank == 2);
    auto const both =
        recall(alice, {.query = "physician", .profile = {.rerank_depth = 0}, .explain = true});
    REQUIRE(both.hits.size() == 2);
    CHECK(both.hits[0].memory.content == "The physician told her to rest");
    CHECK(both.hits[0].explanation.size() == 3);
    CHECK(both.hits[0].score == Approx(1.25));
    auto const recent = contents(alice, {.query = "physician", .order = RecallOrder::recent});
    CHECK(recent.front() == "A doctor lives next door");
}

TEST_CASE_METHOD(FinderFixture, "a floor drops dissimilar hits before the cut", "[recall]") {
    write(alice, "red apple");
    write(alice, "the tax office closes at noon, apple or not");
    auto const all = recall(alice, {.query = "red apple"});
    REQUIRE(all.total == 2);
    auto const near = recall(alice, {.query = "red apple", .similarity_floor = 0.9});
    CHECK(near.total == 1);
    CHECK(near.hits[0].memory.content == "red apple");
    auto const lowest = all.hits[1].similarity;
    CHECK(recall(alice, {.query = "red apple", .similarity_floor = lowest}).total == 2);
    CHECK(recall(alice, {.query = "red apple", .similarity_floor = lowest + 1e-6}).total == 1);
}

TEST_CASE_METHOD(RecordsFixture, "without the model words still find, and the answer says so",
                 "[recall]") {
    write(alice, "red apple");
    embedder.reachable = false;
    write(alice, "red pear");
    for (auto const mode : {RecallMode::hybrid, RecallMode::semantic}) {
        auto const found = memory->recall(alice, {.query = "red", .mode = mode}).value();
        CHECK(found.degraded);
        CHECK(found.total == 2);
    }
    CHECK_FALSE(
        memory->recall(alice, {.query = "red", .mode = RecallMode::keyword}).value().degraded);
    embedder.reachable = true;
    CHECK_FALSE(memory->recall(alice, {.query = "red"}).value().degraded);
    // No letter: no vector for the question, though memories have one.
    auto const none =
        memory->recall(alice, {.query = "1234", .mode = RecallMode::semantic}).value();
    CHECK(none.degraded);
    CHECK(none.total == 0);
}

TEST_CASE_METHOD(FinderFixture, "Japanese and Chinese words are found as typed", "[recall]") {
    std::string const tokyo = "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe3\x81\xab\xe4\xbd\x8f\xe3\x82"
                              "\x93\xe3\x81\xa7\xe3\x81\x84\xe3\x81\xbe\xe3\x81\x99";
    std::string const likes =
        "\xe6\x88\x91\xe5\x96\x9c\xe6\xac\xa2\xe5\x90\x83\xe8\x8b\xb9\xe6\x9e\x9c";
    write(alice, tokyo);
    write(alice, likes);
    CHECK(finds("\xe6\x9d\xb1\xe4\xba\xac", tokyo));
    CHECK(finds("\xe4\xba\xac\xe9\x83\xbd", tokyo));
    CHECK(finds("\xe8\x8b\xb9\xe6\x9e\x9c", likes));
    CHECK(finds("\xe5\x96\x9c\xe6\xac\xa2", likes));
    CHECK_FALSE(finds("\xe8\x8b\xb9\xe6\x9e\x9c", tokyo));
}

TEST_CASE_METHOD(FinderFixture, "a question is also stemmed in the languages of the memories",
                 "[recall]") {
    write(alice, {.content = "Die Katzen schlafen auf den B\xc3\xa4nken", .language = "de"});
    CHECK(finds("Katze", "Die Katzen schlafen auf den B\xc3\xa4nken"));
    auto const found = recall(alice, {.query = "Katze", .mode = RecallMode::keyword});
    REQUIRE(found.hits.size() == 1);
    CHECK(found.hits[0].lexical == Approx(0.89));
}

TEST_CASE_METHOD(FinderFixture, "team spaces are read by all users of the tenant", "[recall]") {
    write(bob, {.content = "the shared red plan", .scope = {.space = "team:plans"}});
    write(bob, {.content = "the private red plan", .scope = {.space = "plans"}});
    write(alice, {.content = "her own red plan"});
    auto found = contents(alice, {.query = "red plan"});
    std::sort(found.begin(), found.end());
    CHECK(found == Texts{"her own red plan", "the shared red plan"});
    CHECK(contents(alice,
                   {.query = "red plan", .filter = {.scope = {.space = Exactly{"team:plans"}}}}) ==
          Texts{"the shared red plan"});
    CHECK(contents(stranger, {.query = "red plan"}).empty());
}

TEST_CASE_METHOD(FinderFixture, "recall as of an instant finds what was current then", "[recall]") {
    auto const note = write(alice, "the meeting is on monday");
    auto const first = environment.clock.now() + std::chrono::seconds{1};
    environment.clock.advance(tests::a_while);
    REQUIRE(memory->revise(alice, note.id, {.content = "the meeting is on friday"}));
    auto const second = environment.clock.now() + std::chrono::seconds{1};
    environment.clock.advance(tests::a_while);
    auto const query = [](std::string text, std::optional<Timestamp> as_of) {
        return RecallQuery{
            .query = std::move(text), .filter = {.as_of = as_of}, .mode = RecallMode::keyword};
    };
    CHECK(contents(alice, query("monday", {})).empty());
    CHECK(contents(alice, query("monday", first)) == Texts{"the meeting is on monday"});
    CHECK(contents(alice, query("friday", first)).empty());
    CHECK(contents(alice, query("meeting", second)) == Texts{"the meeting is on friday"});
    CHECK(contents(alice, query("meeting", note.created_at - std::chrono::seconds{1})).empty());
}

TEST_CASE_METHOD(FinderFixture, "an erased memory is found by nothing", "[recall]") {
    auto const note = write(alice, "a secret red note");
    REQUIRE(memory->revise(alice, note.id, {.content = "a secret blue note"}));
    REQUIRE(memory->erase(alice, {note.id}));
    for (auto const mode : {RecallMode::hybrid, RecallMode::semantic, RecallMode::keyword}) {
        CHECK(recall(alice, {.query = "secret note", .mode = mode}).total == 0);
    }
    CHECK(memory->count(alice, {.view = View::everything()}).value() == 0);
    CHECK(problems().empty());
}

TEST_CASE_METHOD(FinderFixture, "every text is a question, except none", "[recall]") {
    write(alice, "red apple");
    std::string many;
    while (many.size() < 64 * 1024 - 12) {
        many += "word" + std::to_string(many.size()) + " ";
    }
    for (auto const& text :
         {std::string{"the of and"}, std::string{"?!. \"'"}, std::string{"\xf0\x9f\x8e\x89"},
          std::string{"\"unclosed OR (apple* NEAR"}, std::string{"a\nb\tc"}, many,
          std::string(64 * 1024, 'x')}) {
        CAPTURE(text.substr(0, 40));
        CHECK(memory->recall(alice, {.query = text}));
    }
    CHECK(field_of(memory->recall(alice, {.query = ""})) == "query");
    CHECK(field_of(memory->recall(alice, {.query = " \n\xe3\x80\x80 "})) == "query");
    CHECK(field_of(memory->recall(alice, {.query = std::string(64 * 1024 + 1, 'x')})) == "query");
    CHECK(field_of(memory->recall(alice, {.query = "\xff"})) == "query");
    CHECK(field_of(memory->recall(alice, {.query = "x", .limit = 1001})) == "limit");
    CHECK(field_of(memory->recall(alice, {.query = "x", .limit = 500, .offset = 501})) == "offset");
    CHECK(field_of(memory->recall(alice, {.query = "x", .similarity_floor = 1.5})) ==
          "similarity_floor");
    CHECK(field_of(memory->recall(alice, {.query = "x", .profile = {.words = -1}})) ==
          "profile.words");
    CHECK(field_of(memory->recall(alice, {.query = "x", .profile = {.meaning = 1e308}})) ==
          "profile.meaning");
    CHECK(field_of(memory->recall(alice, {.query = "x", .profile = {.bm25_b = 2}})) ==
          "profile.bm25_b");
}

TEST_CASE_METHOD(FinderFixture, "a faulty question among many fails in its own place", "[recall]") {
    write(alice, "red apple");
    std::vector<RecallQuery> const queries{{.query = "red"}, {.query = " "}, {.query = "apple"}};
    auto const answers = memory->recall_many(alice, queries).value();
    REQUIRE(answers.size() == 3);
    CHECK(answers[0]->total == 1);
    CHECK(field_of(answers[1]) == "query");
    CHECK(answers[2]->total == 1);
    CHECK(memory->recall_many(alice, {}).value().empty());
}

TEST_CASE_METHOD(FinderFixture, "a context window comes from recall", "[recall][context]") {
    write(alice, {.content = "red apple", .scope = {.space = "fruit"}});
    write(alice, {.content = "red secret", .sensitivity = Sensitivity::critical});
    ContextQuery query{.recall = {.query = "red"}, .token_budget = 100};
    query.recall.filter.view.critical = false;
    auto const counter = approximate_token_counter();
    auto const window = memory->context_window(alice, query, *counter).value();
    CHECK(window.text == "- [fruit] red apple");
    query.token_budget = 0;
    CHECK(field_of(memory->context_window(alice, query, *counter)) == "token_budget");
    query.token_budget = 1;
    query.recall.query = "";
    CHECK(field_of(memory->context_window(alice, query, *counter)) == "query");
}

TEST_CASE_METHOD(FinderFixture, "answers do not depend on how rows came into the catalogue",
                 "[recall]") {
    std::mt19937 random{31};
    std::vector<std::string> const vocabulary{"red",  "green", "apple",  "pear", "house",
                                              "boat", "river", "doctor", "train"};
    std::vector<MemoryId> ids;
    for (int i = 0; i < 120; ++i) {
        std::string text;
        for (int word = 0; word < 5; ++word) {
            text += vocabulary[random() % vocabulary.size()] + " ";
        }
        if (i % 5 == 4) {
            REQUIRE(memory->revise(alice, ids[random() % ids.size()], {.content = text}));
        } else {
            ids.push_back(write(alice, text).id);
        }
        if (i == 3) {
            CHECK(memory->count(alice, {}).value() == 4);
        }
    }
    RecallQuery const query{.query = "a doctor by the river", .limit = 1000, .explain = true};
    auto const before = recall(alice, query);
    CHECK(problems().empty());
    open_with(*words);
    auto const after = recall(alice, query);
    REQUIRE(before.hits.size() == after.hits.size());
    for (std::size_t i = 0; i < before.hits.size(); ++i) {
        CHECK(before.hits[i].memory.revision_key == after.hits[i].memory.revision_key);
        CHECK(before.hits[i].score == after.hits[i].score);
        CHECK(before.hits[i].similarity == after.hits[i].similarity);
    }
}
