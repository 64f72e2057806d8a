#include "unit/records/fixture.hpp"

#include <index/catalogue.hpp>
#include <recall/candidate_stems.hpp>

using namespace loci;
using namespace loci::memory;
using tests::RecordsFixture;

namespace {

/// Reads the stems of all of alice's rows for one question, and hands them to `check`.
class CandidateStemsFixture : public RecordsFixture {
public:
    using Check = std::function<void(recall::Question const&, recall::CandidateStems&,
                                     recall::Candidates& candidates)>;

    void ask(std::string const& text, Check const& check) {
        index::Catalogue catalogue{embedder.model_id(), embedder.dimension()};
        RecallQuery const query{.query = text};
        auto const done = database->read<store::Done>([&](store::ReadTransaction& transaction) {
            auto const question = recall::read_question(transaction, catalogue, alice, query);
            auto const parts = index::allowed_parts(transaction, catalogue, alice, {});
            recall::Candidates candidates{parts};
            recall::CandidateStems stems{transaction, question};
            check(question, stems, candidates);
            return Result<store::Done>{store::Done{}};
        });
        REQUIRE(done);
    }
};

std::vector<recall::StemOccurrence> list(std::span<recall::StemOccurrence const> occurrences) {
    return {occurrences.begin(), occurrences.end()};
}

} // namespace

TEST_CASE_METHOD(CandidateStemsFixture, "stems of a question are found at their positions",
                 "[recall][words]") {
    write(alice, "red apple, green pear, red plum");
    write(alice, "grey stone");
    write(alice, {.content = "apples are red", .speaker = "Pear"});
    ask("red pears or apples", [](auto const& question, auto& stems, auto& candidates) {
        REQUIRE(question.stems.size() == 3);
        CHECK(question.stems[0].text == "red");
        candidates.add({0, 2});
        candidates.add({0, 1});
        candidates.add({0, 0});
        stems.read(candidates);
        CHECK(list(stems.of(0)) == std::vector<recall::StemOccurrence>{{0, 1}, {1, 2}, {2, 0}});
        CHECK(stems.of(1).empty());
        CHECK(list(stems.of(2)) ==
              std::vector<recall::StemOccurrence>{{0, 0}, {1, 2}, {3, 1}, {4, 0}});
        CHECK(stems.of(3).empty());
    });
}

TEST_CASE_METHOD(CandidateStemsFixture, "candidates are read in rounds", "[recall][words]") {
    for (int i = 0; i < 5; ++i) {
        write(alice, "stone number " + std::to_string(i));
    }
    ask("stone 4", [](auto const&, auto& stems, auto& candidates) {
        candidates.add({0, 3});
        stems.read(candidates);
        candidates.add({0, 4});
        candidates.add({0, 0});
        CHECK(stems.of(1).empty());
        stems.read(candidates);
        CHECK(list(stems.of(0)) == std::vector<recall::StemOccurrence>{{0, 0}});
        CHECK(list(stems.of(1)) == std::vector<recall::StemOccurrence>{{0, 0}, {2, 1}});
        CHECK(list(stems.of(2)) == std::vector<recall::StemOccurrence>{{0, 0}});
    });
}

TEST_CASE_METHOD(CandidateStemsFixture, "rows that are known to hold no stem are not read",
                 "[recall][words]") {
    write(alice, "stone");
    write(alice, "stone");
    ask("stone", [](auto const&, auto& stems, auto& candidates) {
        candidates.add({0, 0});
        candidates.add({0, 1});
        stems.read(candidates, 1);
        CHECK(stems.of(0).size() == 1);
        CHECK(stems.of(1).empty());
    });
}
