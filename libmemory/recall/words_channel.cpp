#include "recall/words_channel.hpp"

#include <algorithm>
#include <index/json_list.hpp>
#include <index/words.hpp>
#include <numeric>
#include <unordered_map>

namespace loci::recall {
namespace {

constexpr store::Sql rows_with_token{
    "SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC"};
constexpr store::Sql stems_of_rows{
    "SELECT key, stems FROM revision WHERE key IN (SELECT value FROM json_each(?1))"};

constexpr std::size_t rows_per_query = 1000;

std::size_t count_allowed(Candidates const& candidates) {
    std::size_t total = 0;
    for (auto const& part : candidates.parts()) {
        total += part.allowed.count();
    }
    return total;
}

/// Calls `visit(stem)` for each of a joined list.
template <class Visit>
void for_each_stem(std::string_view joined, Visit visit) {
    while (!joined.empty()) {
        auto const end = std::min(joined.find('\n'), joined.size());
        visit(joined.substr(0, end));
        joined.remove_prefix(std::min(end + 1, joined.size()));
    }
}

} // namespace

WordsChannel::WordsChannel(store::ReadTransaction& transaction, Question const& question,
                           memory::RecallProfile const& profile)
    : transaction_(transaction)
    , question_(question)
    , profile_(profile) {
    for (auto const& stem : question.stems) {
        numbers_.emplace(stem.text, static_cast<std::uint32_t>(numbers_.size()));
        weights_.push_back(inverse_document_frequency(question.corpus, stem.documents));
    }
}

bool WordsChannel::propose(Candidates& candidates) {
    auto const& stems = question_.stems;
    auto const allowed = count_allowed(candidates);
    auto const expected = std::accumulate(
        stems.begin(), stems.end(), std::int64_t{0},
        [](std::int64_t sum, QuestionStem const& stem) { return sum + stem.documents; });
    if (!stems.empty() && allowed <= word_candidates &&
        static_cast<std::int64_t>(allowed) <= expected) {
        for (std::uint32_t part = 0; part < candidates.parts().size(); ++part) {
            candidates.parts()[part].allowed.for_each([&](std::uint32_t position) {
                candidates.add({part, position});
            });
        }
        complete_ = true;
    } else {
        std::vector<std::size_t> order(stems.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
            return std::pair{stems[left].documents, std::string_view{stems[left].text}} <
                   std::pair{stems[right].documents, std::string_view{stems[right].text}};
        });
        complete_ = allowed == 0 || std::all_of(order.begin(), order.end(), [&](auto stem) {
                        return read_postings(candidates, stems[stem]);
                    });
    }
    proposed_ = candidates.places().size();
    return !complete_;
}

// False: there are enough.
bool WordsChannel::read_postings(Candidates& candidates, QuestionStem const& stem) {
    for (std::uint32_t number = 0; number < candidates.parts().size(); ++number) {
        auto const& part = candidates.parts()[number];
        auto rows = transaction_.query(rows_with_token, index::word_query(part.owner, stem.text));
        while (rows.next()) {
            auto const position = part.view.position_of(rows.integer(0));
            if (position && part.allowed.test(*position)) {
                if (candidates.places().size() >= word_candidates) {
                    return false;
                }
                candidates.add({number, *position});
            }
        }
    }
    return true;
}

// Lucene's BM25: idf * f * (k1 + 1) / (f + k1 * (1 - b + b * length / mean length)).
double WordsChannel::score_row(std::string_view stems, std::uint32_t words, std::size_t candidate) {
    std::unordered_map<std::uint32_t, double> frequencies;
    for_each_stem(stems, [&](std::string_view stem) {
        if (auto const known = numbers_.find(stem); known != numbers_.end()) {
            frequencies[known->second] += 1;
        }
    });
    auto& matched = matched_[candidate];
    for (auto const& [stem, frequency] : frequencies) {
        matched.push_back(stem);
    }
    std::sort(matched.begin(), matched.end());
    auto const& corpus = question_.corpus;
    auto const mean =
        corpus.documents > 0 && corpus.words > 0
            ? static_cast<double>(corpus.words) / static_cast<double>(corpus.documents)
            : 1.0;
    auto const k1 = profile_.bm25_k1;
    auto const norm =
        k1 * (1 - profile_.bm25_b + profile_.bm25_b * static_cast<double>(words) / mean);
    double score = 0;
    for (auto const stem : matched) {
        auto const frequency = frequencies[stem];
        score += question_.stems[stem].frequency * weights_[stem] * frequency * (k1 + 1) /
                 (frequency + norm);
    }
    return score;
}

std::vector<double> WordsChannel::score(Candidates const& candidates, std::size_t from) {
    auto const& places = candidates.places();
    std::vector<double> scores(places.size() - from);
    matched_.resize(places.size());
    if (question_.stems.empty()) {
        return scores;
    }
    auto const count = complete_ ? std::min(proposed_, places.size()) : places.size();
    std::unordered_map<std::int64_t, std::size_t> by_key;
    std::vector<std::int64_t> keys;
    for (std::size_t i = from; i < count; ++i) {
        keys.push_back(candidates.entry(places[i]).key);
        by_key.emplace(keys.back(), i);
    }
    std::sort(keys.begin(), keys.end());
    for (std::size_t begin = 0; begin < keys.size(); begin += rows_per_query) {
        auto const batch =
            std::span{keys}.subspan(begin, std::min(rows_per_query, keys.size() - begin));
        auto rows = transaction_.query(stems_of_rows, index::json_list(batch));
        while (rows.next()) {
            auto const candidate = by_key.at(rows.integer(0));
            auto const blob = rows.blob(1);
            std::string_view const stems{reinterpret_cast<char const*>(blob.data()), blob.size()};
            scores[candidate - from] =
                score_row(stems, candidates.entry(places[candidate]).words, candidate);
        }
    }
    return scores;
}

std::string WordsChannel::detail(std::size_t candidate) const {
    std::string text;
    for (auto const stem : matched_[candidate]) {
        text += text.empty() ? "" : " ";
        text += question_.stems[stem].text;
    }
    return text;
}

double WordsChannel::share(std::size_t candidate) const {
    auto const& matched = matched_[candidate];
    double best = 0;
    for (auto const& analysis : question_.analyses) {
        double found = 0;
        double all = 0;
        for (auto const stem : analysis) {
            all += weights_[stem];
            found +=
                std::binary_search(matched.begin(), matched.end(), static_cast<std::uint32_t>(stem))
                    ? weights_[stem]
                    : 0;
        }
        best = std::max(best, all > 0 ? found / all : 0);
    }
    return best;
}

} // namespace loci::recall
