#include "recall/question.hpp"

#include "recall/profile.hpp"
#include "recall/spelling.hpp"

#include <algorithm>
#include <cmath>
#include <index/allowed.hpp>
#include <index/json_list.hpp>
#include <index/stem_tally.hpp>
#include <loci/base/utf8.hpp>
#include <map>
#include <text/analyzer.hpp>
#include <unordered_map>
#include <unordered_set>

namespace loci::recall {
namespace {

constexpr std::size_t query_bytes = 64 * 1024;
constexpr std::size_t languages_asked = 8;

constexpr store::Sql totals_of_spaces{R"sql(
SELECT TOTAL(documents), TOTAL(words) FROM space
WHERE owner = ?1 AND (?2 IS NULL OR name IN (SELECT value FROM json_each(?2)))
)sql"};
constexpr store::Sql numbers_of_spaces{R"sql(
SELECT number FROM space
WHERE owner = ?1 AND (?2 IS NULL OR name IN (SELECT value FROM json_each(?2)))
)sql"};

std::optional<Error> check_text(std::string const& text) {
    if (text.size() > query_bytes) {
        return invalid_field("query", "maxLength", "the query is longer than 64 KiB");
    }
    if (!is_utf8(text)) {
        return invalid_field("query", "utf8", "the query is not UTF-8");
    }
    if (trim(text).empty()) {
        return invalid_field("query", "minLength", "the query is empty");
    }
    return std::nullopt;
}

void add_analysis(Question& question, std::string_view language) {
    std::unordered_map<std::string_view, std::size_t> known;
    for (std::size_t i = 0; i < question.stems.size(); ++i) {
        known.emplace(question.stems[i].text, i);
    }
    std::unordered_map<std::size_t, double> counts;
    std::vector<QuestionStem> fresh;
    std::vector<std::uint32_t> sequence;
    auto const analysis = text::analyze(question.text, language);
    for (auto const& stem : analysis.stems) {
        auto const [place, is_new] = known.emplace(stem, question.stems.size() + fresh.size());
        if (is_new) {
            fresh.push_back({.text = stem});
        }
        counts[place->second] += 1;
        sequence.push_back(static_cast<std::uint32_t>(place->second));
    }
    std::move(fresh.begin(), fresh.end(), std::back_inserter(question.stems));
    std::vector<std::size_t> indexes;
    for (auto const& [stem, count] : counts) {
        indexes.push_back(stem);
        question.stems[stem].frequency = std::max(question.stems[stem].frequency, count);
    }
    std::sort(indexes.begin(), indexes.end());
    if (std::find(question.analyses.begin(), question.analyses.end(), indexes) ==
        question.analyses.end()) {
        question.analyses.push_back(std::move(indexes));
        question.sequences.push_back(std::move(sequence));
    }
}

/// The quoted phrases under the first analysis. Stems that the question as a whole does not have
/// (of stop words, kept where a text holds nothing else) make no phrase.
void add_phrases(Question& question) {
    for (auto const& phrase : question.cues.phrases) {
        std::vector<std::uint32_t> sequence;
        auto known = true;
        for (auto const& stem : text::analyze(phrase).stems) {
            auto const place =
                std::find_if(question.stems.begin(), question.stems.end(),
                             [&](QuestionStem const& each) { return each.text == stem; });
            known = known && place != question.stems.end();
            sequence.push_back(static_cast<std::uint32_t>(place - question.stems.begin()));
        }
        if (known && !sequence.empty()) {
            question.phrases.push_back(std::move(sequence));
        }
    }
}

/// What the spaces asked hold.
class SpaceStatistics {
public:
    SpaceStatistics(store::ReadTransaction& transaction, std::vector<std::int64_t> const& owners,
                    CoordinateFilter const& space)
        : transaction_(transaction) {
        std::optional<std::string> names;
        if (auto const spaces = index::spaces_of(space)) {
            names = index::json_list(std::vector<std::string_view>(spaces->begin(), spaces->end()));
        }
        for (auto const owner : owners) {
            auto totals = transaction.query(totals_of_spaces, owner, names);
            if (totals.next()) {
                corpus_.documents += static_cast<std::int64_t>(totals.real(0));
                corpus_.words += static_cast<std::int64_t>(totals.real(1));
            }
            auto rows = transaction.query(numbers_of_spaces, owner, names);
            while (rows.next()) {
                spaces_[owner].insert(rows.integer(0));
            }
        }
    }

    Corpus const& corpus() const noexcept { return corpus_; }

    /// In how many memories each stem occurs; `stems` are distinct.
    std::vector<std::int64_t> documents(std::vector<std::string> const& stems) const {
        std::vector<std::string_view> const wanted{stems.begin(), stems.end()};
        std::unordered_map<std::string_view, std::size_t> numbers;
        for (auto const stem : wanted) {
            numbers.emplace(stem, numbers.size());
        }
        std::vector<std::int64_t> counts(stems.size());
        for (auto const& [owner, spaces] : spaces_) {
            index::StemTally const tally{index::TallyKind::owner, owner};
            for (auto const& found : tally.find(transaction_, wanted)) {
                if (spaces.contains(found.place)) {
                    counts[numbers.at(found.stem)] += found.count;
                }
            }
        }
        return counts;
    }

private:
    store::ReadTransaction& transaction_;
    std::map<std::int64_t, std::unordered_set<std::int64_t>> spaces_; // by owner
    Corpus corpus_;
};

Question analysed(std::string_view text, std::vector<std::string> const& languages,
                  SpaceStatistics const& statistics, Timestamp now) {
    Question question;
    question.text = text;
    question.folded = text::fold(text);
    question.cues = read_question_cues(text, now);
    add_analysis(question, {});
    add_phrases(question);
    for (auto const& language : languages) {
        add_analysis(question, language);
    }
    std::vector<std::string> stems;
    for (auto const& stem : question.stems) {
        stems.push_back(stem.text);
    }
    auto const documents = statistics.documents(stems);
    for (std::size_t i = 0; i < stems.size(); ++i) {
        question.stems[i].documents = documents[i];
    }
    question.corpus = statistics.corpus();
    return question;
}

/// Smooth idf over the spaces asked.
class LiveWeights final : public memory::WordWeights {
public:
    explicit LiveWeights(Question const& question)
        : documents_(static_cast<double>(question.corpus.documents)) {
        for (auto const& stem : question.stems) {
            frequencies_.emplace(stem.text, static_cast<double>(stem.documents));
        }
    }

    double weight(std::string_view stem) const override {
        auto const known = frequencies_.find(stem);
        auto const frequency = known == frequencies_.end() ? 0.0 : known->second;
        return std::log((documents_ + 1) / (frequency + 1)) + 1;
    }

private:
    double documents_;
    std::unordered_map<std::string_view, double> frequencies_;
};

} // namespace

std::optional<Error> check(memory::RecallQuery const& query) {
    if (auto error = check_text(query.query)) {
        return error;
    }
    if (query.limit > memory::limits::results) {
        return invalid_field("limit", "maximum", "limit is at most 1000");
    }
    if (query.offset > memory::limits::results - query.limit) {
        return invalid_field("offset", "maximum", "offset and limit reach at most 1000 hits");
    }
    if (query.similarity_floor && !(*query.similarity_floor >= 0 && *query.similarity_floor <= 1)) {
        return invalid_field("similarity_floor", "range", "similarity_floor lies within 0 and 1");
    }
    if (auto error = check(query.profile)) {
        return error;
    }
    return index::check(query.filter);
}

Question read_question(store::ReadTransaction& transaction, index::Catalogue& catalogue,
                       Caller const& caller, memory::RecallQuery const& query) {
    std::vector<std::int64_t> owners;
    std::vector<std::string> languages;
    for (auto const& part :
         index::asked_owners(transaction, catalogue, caller, query.filter.scope.space)) {
        owners.push_back(part.owner);
        auto const& of_part = part.view.languages();
        for (std::size_t i = 0; i < std::min(of_part.size(), languages_asked); ++i) {
            languages.emplace_back(part.view.strings()->text(of_part[i]));
        }
    }
    SpaceStatistics const statistics{transaction, owners, query.filter.scope.space};
    auto question = analysed(trim(query.query), languages, statistics, transaction.now());
    auto const count = [&](std::vector<std::string> const& stems) {
        return statistics.documents(stems);
    };
    if (auto const mended = mend_spelling(question, languages, count)) {
        // A text is equal to what was asked, not to what was meant.
        auto folded = std::move(question.folded);
        question = analysed(*mended, languages, statistics, transaction.now());
        question.folded = std::move(folded);
    }
    return question;
}

void embed_question(memory::Embedder& embedder, Question& question) {
    std::string_view const text = question.text;
    auto plain = embedder.embed(std::span{&text, 1}, memory::EmbeddingPurpose::query);
    if (!plain || plain->size() != 1) {
        question.embedder_failed = true;
        return;
    }
    question.plain = std::move(plain->front());
    if (question.plain.empty()) {
        return;
    }
    auto ranking = embedder.embed_question(question.text, LiveWeights{question});
    if (!ranking) {
        question.embedder_failed = true;
        return;
    }
    question.ranking = std::move(*ranking);
}

} // namespace loci::recall
