#include "recall/ranking.hpp"

#include "recall/diversity.hpp"
#include "recall/episode_context.hpp"
#include "recall/fusion.hpp"
#include "recall/meaning_channel.hpp"
#include "recall/pairs_channel.hpp"
#include "recall/reranker.hpp"
#include "recall/row_cues.hpp"
#include "recall/similarity.hpp"
#include "recall/words_channel.hpp"

#include <algorithm>
#include <index/json_list.hpp>
#include <memory>
#include <numeric>
#include <unordered_map>

namespace loci::recall {
namespace {

/// Evidence by words alone never looks like an equal text.
constexpr double most_lexical = 0.89;

/// Rows whose neighbours become candidates.
constexpr std::size_t best_rows = 100;

constexpr store::Sql ids_of_rows{R"sql(
SELECT revision.key, memory.id FROM revision JOIN memory ON memory.number = revision.memory
WHERE revision.key IN (SELECT value FROM json_each(?1))
)sql"};

bool has_vectors(std::vector<index::Part> const& parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [](index::Part const& part) { return part.view.has_vectors(part.allowed); });
}

/// Something that a row's columns say about it, as a share of the best score.
struct Cue {
    char const* name;
    double weight;
    std::vector<double> values; ///< by candidate, within 0..1
};

/// Everything about one question while its candidates are ranked.
class Ranker {
public:
    Ranker(store::ReadTransaction& transaction, std::vector<index::Part> const& parts,
           Question const& question, memory::RecallQuery const& query,
           memory::Embedder const& embedder, std::vector<Place> const& equal)
        : transaction_(transaction)
        , question_(question)
        , query_(query)
        , embedder_(embedder)
        , equal_(equal)
        , candidates_(parts)
        , words_(transaction, question, query.profile)
        , pairs_(question, words_.stems(), query.profile)
        , meaning_(question, query.profile) {}

    Ranking run(bool degraded);

private:
    void choose_channels(bool degraded);
    void score();
    void add_context();
    void add_cue(char const* name, double weight, std::vector<double> values);
    void add_cues();
    void look_again();
    std::vector<double> scaled(Channel const& channel) const;
    void judge();
    void sort();
    void break_ties();
    RankedRow row(std::size_t candidate) const;
    void explain(std::size_t candidate, std::vector<memory::ChannelScore>& parts) const;

    std::int64_t created_at(std::size_t candidate) const {
        auto const place = candidates_.places()[candidate];
        return candidates_.view(place).created_at(place.position);
    }

    std::int64_t key(std::size_t candidate) const {
        return candidates_.key(candidates_.places()[candidate]);
    }

    bool is_equal(std::size_t candidate) const {
        return std::binary_search(equal_.begin(), equal_.end(), candidates_.places()[candidate]);
    }

    bool same_rank(std::size_t left, std::size_t right) const {
        return fused_.scores[left] == fused_.scores[right] && lexical_[left] == lexical_[right] &&
               created_at(left) == created_at(right);
    }

    store::ReadTransaction& transaction_;
    Question const& question_;
    memory::RecallQuery const& query_;
    memory::Embedder const& embedder_;
    std::vector<Place> const& equal_;
    Candidates candidates_;
    WordsChannel words_;
    PairsChannel pairs_;
    MeaningChannel meaning_;
    std::vector<Channel*> channels_;    // that rank this question
    std::vector<ChannelScores> scores_; // of `channels_`
    std::vector<std::vector<int>> ranks_;
    Fused fused_;
    std::vector<double> neighbours_; // empty: no candidate has an episode
    std::vector<double> episodes_;   // scaled to 0..1
    std::vector<double> speaker_;
    std::vector<double> date_;
    std::vector<Cue> cues_;
    std::optional<EpisodeContext> context_;
    std::optional<Reranker> reranker_;
    std::vector<double> similarity_;
    std::vector<double> lexical_;
    std::vector<std::size_t> order_;
    std::size_t scored_ = 0;
};

void Ranker::choose_channels(bool degraded) {
    if (query_.mode != memory::RecallMode::semantic || degraded) {
        channels_.push_back(&words_);
    }
    if (query_.mode == memory::RecallMode::hybrid) {
        channels_.push_back(&pairs_);
    }
    if (query_.mode != memory::RecallMode::keyword) {
        channels_.push_back(&meaning_);
    }
}

// Scores the candidates that came since the last time.
void Ranker::score() {
    auto const from = scored_;
    auto const words = words_.score(candidates_, from);
    scores_.resize(channels_.size());
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        auto const fresh = channels_[i] == &words_ ? words : channels_[i]->score(candidates_, from);
        scores_[i].weight = channels_[i]->weight();
        scores_[i].raw.insert(scores_[i].raw.end(), fresh.begin(), fresh.end());
    }
    scored_ = candidates_.places().size();
    fused_ = fuse(scores_);
    fused_.scores.resize(scored_);
}

// What surrounds a row is worth a share of the best, so that its weight means the same whatever the
// channels gave.
void Ranker::add_context() {
    auto const& profile = query_.profile;
    if (context_->is_empty()) {
        return;
    }
    if (profile.neighbours > 0 || profile.rerank_depth > 0) {
        context_->propose(candidates_, fused_.scores, std::max(best_rows, profile.rerank_depth));
        score();
    }
    neighbours_ = context_->neighbours(candidates_, fused_.scores);
    for (std::size_t i = 0; i < scored_; ++i) {
        fused_.scores[i] += profile.neighbours * neighbours_[i];
    }
    episodes_ = context_->episode_scores(candidates_);
    auto const highest = *std::max_element(episodes_.begin(), episodes_.end());
    for (auto& each : episodes_) {
        each = highest > 0 ? each / highest : 0;
    }
}

void Ranker::add_cue(char const* name, double weight, std::vector<double> values) {
    if (weight > 0 &&
        std::any_of(values.begin(), values.end(), [](auto each) { return each > 0; })) {
        cues_.push_back({name, weight, std::move(values)});
    }
}

void Ranker::add_cues() {
    auto const& profile = query_.profile;
    speaker_ = speaker_agreement(question_, candidates_);
    date_ = date_agreement(question_, candidates_);
    add_cue("episode", profile.episode, episodes_);
    add_cue("speaker", profile.speaker, speaker_);
    add_cue("date", profile.date, date_);
    add_cue("phrases", profile.phrases, phrase_agreement(question_, candidates_, words_.stems()));
    if (profile.recency > 0) {
        add_cue("recency", profile.recency,
                recency(candidates_, transaction_.now(), profile.recency_half_life_days));
    }
    if (profile.importance > 0) {
        add_cue("importance", profile.importance, importance(candidates_));
    }
    auto const best =
        scored_ > 0 ? *std::max_element(fused_.scores.begin(), fused_.scores.end()) : 0.0;
    for (auto const& cue : cues_) {
        for (std::size_t i = 0; i < scored_; ++i) {
            // Nothing but a cue is no reason to be found.
            fused_.scores[i] += fused_.scores[i] > 0 ? best * cue.weight * cue.values[i] : 0;
        }
    }
}

std::vector<double> Ranker::scaled(Channel const& channel) const {
    auto const place = std::find(channels_.begin(), channels_.end(), &channel);
    return place == channels_.end()
               ? std::vector<double>{}
               : fused_.scaled[static_cast<std::size_t>(place - channels_.begin())];
}

void Ranker::look_again() {
    FirstLook look{.words = scaled(words_),
                   .pairs = scaled(pairs_),
                   .meaning = scaled(meaning_),
                   .episode = episodes_,
                   .speaker = speaker_,
                   .date = date_};
    reranker_.emplace(transaction_, question_, candidates_, words_, *context_,
                      query_.profile.rerank);
    reranker_->run(look, query_.profile.rerank_depth, fused_.scores);
}

void Ranker::judge() {
    auto const cosines = nearness(candidates_, question_.plain);
    for (std::size_t i = 0; i < candidates_.places().size(); ++i) {
        auto const place = candidates_.places()[i];
        auto const has_vector =
            !question_.plain.empty() && candidates_.view(place).has_vector(place.position);
        auto const equal = is_equal(i);
        similarity_.push_back(equal ? 1.0 : similarity_of(embedder_, has_vector, cosines[i]));
        lexical_.push_back(equal ? 1.0 : std::min(words_.share(i), most_lexical));
    }
}

void Ranker::sort() {
    for (std::size_t i = 0; i < candidates_.places().size(); ++i) {
        auto const found = std::any_of(scores_.begin(), scores_.end(),
                                       [&](auto const& channel) { return channel.raw[i] > 0; });
        auto const beside =
            query_.profile.neighbours > 0 && !neighbours_.empty() && neighbours_[i] > 0;
        if (found || beside || is_equal(i)) {
            order_.push_back(i);
        }
    }
    std::sort(order_.begin(), order_.end(), [&](std::size_t left, std::size_t right) {
        if (fused_.scores[left] != fused_.scores[right]) {
            return fused_.scores[left] > fused_.scores[right];
        }
        if (lexical_[left] != lexical_[right]) {
            return lexical_[left] > lexical_[right];
        }
        return std::pair{created_at(left), key(left)} > std::pair{created_at(right), key(right)};
    });
    break_ties();
    for (auto const& channel : scores_) {
        ranks_.push_back(ranks(channel.raw, order_));
    }
    if (query_.order == memory::RecallOrder::recent) {
        std::sort(order_.begin(), order_.end(), [&](std::size_t left, std::size_t right) {
            return std::pair{created_at(left), key(left)} >
                   std::pair{created_at(right), key(right)};
        });
    }
}

// Ids are not kept with the columns: they are read for the few rows that agree in all else.
void Ranker::break_ties() {
    std::vector<std::int64_t> keys;
    for (std::size_t i = 0; i < order_.size(); ++i) {
        auto const like_before = i > 0 && same_rank(order_[i - 1], order_[i]);
        auto const like_after = i + 1 < order_.size() && same_rank(order_[i], order_[i + 1]);
        if (like_before || like_after) {
            keys.push_back(key(order_[i]));
        }
    }
    if (keys.empty()) {
        return;
    }
    std::unordered_map<std::int64_t, Uuid> ids;
    auto rows = transaction_.query(ids_of_rows, index::json_list(keys));
    while (rows.next()) {
        ids.emplace(rows.integer(0), rows.uuid(1));
    }
    for (auto begin = order_.begin(); begin != order_.end();) {
        auto const end = std::find_if_not(begin, order_.end(), [&](std::size_t candidate) {
            return same_rank(*begin, candidate);
        });
        if (end - begin > 1) {
            std::sort(begin, end, [&](std::size_t left, std::size_t right) {
                return ids[key(left)] < ids[key(right)];
            });
        }
        begin = end;
    }
}

RankedRow Ranker::row(std::size_t candidate) const {
    RankedRow row{.key = key(candidate),
                  .score = fused_.scores[candidate],
                  .similarity = similarity_[candidate],
                  .lexical = lexical_[candidate]};
    for (std::size_t i = 0; i < channels_.size(); ++i) {
        auto const place = ranks_[i][candidate];
        auto const rank = place > 0 ? std::optional{place} : std::nullopt;
        if (channels_[i] == &words_) {
            row.keyword_rank = rank;
        } else if (channels_[i] == &meaning_) {
            row.semantic_rank = rank;
        }
        if (query_.explain) {
            row.explanation.push_back({.channel = std::string{channels_[i]->name()},
                                       .raw = scores_[i].raw[candidate],
                                       .scaled = fused_.scaled[i][candidate],
                                       .weight = channels_[i]->weight(),
                                       .rank = rank,
                                       .detail = channels_[i]->detail(candidate)});
        }
    }
    if (query_.explain) {
        explain(candidate, row.explanation);
    }
    return row;
}

void Ranker::explain(std::size_t candidate, std::vector<memory::ChannelScore>& parts) const {
    auto const add = [&](char const* name, double weight, double value) {
        parts.push_back({.channel = name,
                         .raw = value,
                         .scaled = value,
                         .weight = weight,
                         .rank = {},
                         .detail = {}});
    };
    if (!neighbours_.empty()) {
        add("neighbours", query_.profile.neighbours, neighbours_[candidate]);
    }
    for (auto const& cue : cues_) {
        add(cue.name, cue.weight, cue.values[candidate]);
    }
    if (reranker_) {
        auto const second = reranker_->explain(candidate);
        parts.insert(parts.end(), second.begin(), second.end());
    }
}

Ranking Ranker::run(bool degraded) {
    Ranking ranking;
    ranking.degraded = degraded;
    choose_channels(degraded);
    for (auto* channel : channels_) {
        ranking.truncated = channel->propose(candidates_) || ranking.truncated;
    }
    for (auto const place : equal_) {
        candidates_.add(place);
    }
    score();
    if (query_.mode == memory::RecallMode::hybrid) {
        context_.emplace(transaction_, question_, candidates_, fused_.scores);
        add_context();
        add_cues();
        if (query_.profile.rerank_depth > 0) {
            look_again();
        }
    }
    judge();
    sort();
    if (query_.order == memory::RecallOrder::relevance) {
        diversify(transaction_, candidates_, fused_.scores, query_.profile.diversity, order_);
    }
    auto const count = std::min(order_.size(), memory::limits::results);
    ranking.truncated = ranking.truncated || count < order_.size();
    auto const first = std::min(query_.offset, count);
    auto const last = std::min(query_.offset + query_.limit, count);
    ranking.total = count;
    for (auto i = first; i < last; ++i) {
        ranking.rows.push_back(row(order_[i]));
    }
    return ranking;
}

} // namespace

Ranking rank(store::ReadTransaction& transaction, std::vector<index::Part> parts,
             Question const& question, memory::RecallQuery const& query,
             memory::Embedder const& embedder) {
    auto const degraded =
        query.mode != memory::RecallMode::keyword &&
        (question.embedder_failed || (question.plain.empty() && has_vectors(parts)));
    auto const equal = equal_rows(transaction, parts, question);
    if (query.similarity_floor) {
        keep_similar(parts, question, equal, embedder, *query.similarity_floor);
    }
    return Ranker{transaction, parts, question, query, embedder, equal}.run(degraded);
}

} // namespace loci::recall
