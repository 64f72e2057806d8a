#include "unit/records/fixture.hpp"

#include <recall/ranking.hpp>

using namespace loci;
using namespace loci::memory;
using tests::RecordsFixture;

namespace {

RecallQuery keyword(std::string text) {
    RecallQuery query;
    query.query = std::move(text);
    query.mode = RecallMode::keyword;
    query.explain = true;
    return query;
}

double lucene_idf(double documents, double holding) {
    return std::log(1 + (documents - holding + 0.5) / (holding + 0.5));
}

} // namespace

TEST_CASE("idf is Lucene's and never negative", "[recall][words]") {
    using recall::inverse_document_frequency;
    CHECK(inverse_document_frequency({.documents = 10, .words = 0}, 1) ==
          Approx(std::log(1 + 9.5 / 1.5)));
    CHECK(inverse_document_frequency({.documents = 10, .words = 0}, 10) ==
          Approx(std::log(1 + 0.5 / 10.5)));
    CHECK(inverse_document_frequency({.documents = 0, .words = 0}, 0) == Approx(std::log(2)));
    CHECK(inverse_document_frequency({.documents = 3, .words = 0}, 9) > 0);
}

TEST_CASE_METHOD(RecordsFixture, "words are scored as BM25 by hand", "[recall][words]") {
    write(alice, "red apple");
    write(alice, "red red pear plum");
    write(alice, "green grape");
    // 3 memories, 8 words: mean length 8/3. "red" is in 2, "pear" in 1.
    auto const found = memory->recall(alice, keyword("red pear")).value();
    REQUIRE(found.hits.size() == 2);
    auto const norm = [](double length) { return 0.9 * (1 - 0.3 + 0.3 * length / (8.0 / 3)); };
    auto const red = lucene_idf(3, 2);
    auto const pear = lucene_idf(3, 1);
    auto const first = red * 2 * 1.9 / (2 + norm(4)) + pear * 1.9 / (1 + norm(4));
    auto const second = red * 1.9 / (1 + norm(2));
    CHECK(found.hits[0].memory.content == "red red pear plum");
    CHECK(found.hits[0].explanation.front().channel == "words");
    CHECK(found.hits[0].explanation.front().raw == Approx(first));
    CHECK(found.hits[0].explanation.front().detail == "red pear");
    CHECK(found.hits[0].keyword_rank == 1);
    CHECK_FALSE(found.hits[0].semantic_rank);
    CHECK(found.hits[1].explanation.front().raw == Approx(second));
    CHECK(found.hits[1].explanation.front().scaled == Approx(second / first));
    CHECK(found.hits[1].score == Approx(second / first));
    CHECK(found.hits[1].keyword_rank == 2);
}

TEST_CASE_METHOD(RecordsFixture, "statistics are those of the spaces asked for",
                 "[recall][words]") {
    write(alice, {.content = "red apple", .scope = {.space = "fruit"}});
    write(alice, {.content = "green pear", .scope = {.space = "fruit"}});
    for (int i = 0; i < 5; ++i) {
        write(alice, {.content = "red paint", .scope = {.space = "paint"}});
    }
    auto query = keyword("red");
    query.filter.scope.space = Exactly{"fruit"};
    auto const found = memory->recall(alice, query).value();
    REQUIRE(found.hits.size() == 1);
    auto const norm = 0.9 * (1 - 0.3 + 0.3);
    CHECK(found.hits[0].explanation.front().raw == Approx(lucene_idf(2, 1) * 1.9 / (1 + norm)));
}

TEST_CASE_METHOD(RecordsFixture, "lexical is the share of the question's word weight",
                 "[recall][words]") {
    write(alice, "red apple");
    write(alice, "green apple");
    write(alice, "blue plum");
    auto const found = memory->recall(alice, keyword("red apple pie")).value();
    REQUIRE(found.hits.size() == 2);
    auto const red = lucene_idf(3, 1);
    auto const apple = lucene_idf(3, 2);
    auto const pie = lucene_idf(3, 0);
    CHECK(found.hits[0].lexical == Approx((red + apple) / (red + apple + pie)));
    CHECK(found.hits[1].lexical == Approx(apple / (red + apple + pie)));
    auto const all = memory->recall(alice, keyword("apple green!")).value();
    CHECK(all.hits[0].lexical == Approx(0.89));
    auto const equal = memory->recall(alice, keyword("  GREEN   Apple ")).value();
    CHECK(equal.hits[0].memory.content == "green apple");
    CHECK(equal.hits[0].lexical == 1.0);
    CHECK(equal.hits[0].similarity == 1.0);
}

TEST_CASE_METHOD(RecordsFixture, "ties go by newer, then by smaller id", "[recall][ranking]") {
    std::vector<NewMemory> twins;
    for (int i = 0; i < 6; ++i) {
        twins.push_back({.content = "the same red note"});
    }
    REQUIRE(memory->write_many(alice, twins));
    environment.clock.advance(tests::a_while);
    auto const newer = write(alice, "the same red note");
    auto const found = memory->recall(alice, {.query = "red note"}).value();
    REQUIRE(found.hits.size() == 7);
    CHECK(found.hits[0].memory.id == newer.id);
    for (std::size_t i = 2; i < found.hits.size(); ++i) {
        CHECK(found.hits[i - 1].memory.id < found.hits[i].memory.id);
    }
}

TEST_CASE_METHOD(RecordsFixture,
                 "few rows are looked through, many are read from the word index, "
                 "to the same end",
                 "[recall][words]") {
    for (int i = 0; i < 60; ++i) {
        write(alice, {.content = i % 3 == 0 ? "red apple " + std::to_string(i)
                                            : "green pear " + std::to_string(i),
                      .tags = {i % 2 == 0 ? "even" : "odd"}});
    }
    // "red" alone is rarer than the rows: postings. With "pear" and "green" the rows are fewer.
    auto const through_index = memory->recall(alice, keyword("red")).value();
    CHECK(through_index.total == 20);
    CHECK_FALSE(through_index.truncated);
    auto narrow = keyword("red pear green");
    narrow.filter.tags.all = {"even"};
    narrow.limit = 100;
    auto const through_rows = memory->recall(alice, narrow).value();
    CHECK(through_rows.total == 30);
    narrow.query = "red";
    CHECK(memory->recall(alice, narrow).value().total == 10);
}
