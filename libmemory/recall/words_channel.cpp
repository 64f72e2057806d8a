#include "recall/words_channel.hpp"

#include <algorithm>
#include <index/words.hpp>
#include <numeric>

namespace loci::recall {
namespace {

constexpr store::Sql rows_with_token{
    "SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC"};

std::size_t count_allowed(Candidates const& candidates) {
    std::size_t total = 0;
    for (auto const& part : candidates.parts()) {
        total += part.allowed.count();
    }
    return total;
}

} // namespace

WordsChannel::WordsChannel(store::ReadTransaction& transaction, Question const& question,
                           memory::RecallProfile const& profile)
    : transaction_(transaction)
    , question_(question)
    , profile_(profile)
    , bm25_(profile.bm25_k1, profile.bm25_b, question.corpus.mean_words())
    , stems_(transaction, question) {
    for (auto const& stem : question.stems) {
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

double WordsChannel::score_row(std::uint32_t words, std::size_t candidate) {
    std::vector<double> frequencies(question_.stems.size());
    auto& matched = matched_[candidate];
    for (auto const occurrence : stems_.of(candidate)) {
        if (++frequencies[occurrence.stem] == 1) {
            matched.push_back(occurrence.stem);
        }
    }
    std::sort(matched.begin(), matched.end());
    double score = 0;
    for (auto const stem : matched) {
        score += bm25_.score(question_.stems[stem].frequency * weights_[stem], frequencies[stem],
                             static_cast<double>(words));
    }
    return score;
}

std::vector<double> WordsChannel::score(Candidates const& candidates, std::size_t from) {
    auto const& places = candidates.places();
    std::vector<double> scores(places.size() - from);
    matched_.resize(places.size());
    stems_.read(candidates, complete_ ? proposed_ : places.size());
    for (auto i = from; i < places.size(); ++i) {
        auto const words = candidates.view(places[i]).words(places[i].position);
        scores[i - from] = score_row(words, i);
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

double WordsChannel::share(std::span<std::size_t const> candidates) const {
    std::vector<bool> held(weights_.size());
    for (auto const candidate : candidates) {
        for (auto const stem : matched_[candidate]) {
            held[stem] = true;
        }
    }
    return share_of(held);
}

double WordsChannel::known_share() const {
    std::vector<bool> known;
    for (auto const& stem : question_.stems) {
        known.push_back(stem.documents > 0);
    }
    return share_of(known);
}

double WordsChannel::share_of(std::vector<bool> const& held) const {
    double best = 0;
    for (auto const& analysis : question_.analyses) {
        double found = 0;
        double all = 0;
        for (auto const stem : analysis) {
            all += weights_[stem];
            found += held[stem] ? weights_[stem] : 0;
        }
        best = std::max(best, all > 0 ? found / all : 0);
    }
    return best;
}

} // namespace loci::recall
