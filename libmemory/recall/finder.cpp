#include "recall/finder.hpp"

#include "recall/question.hpp"
#include "recall/ranking.hpp"

#include <index/allowed.hpp>
#include <unordered_map>
#include <utility>

namespace loci::recall {
namespace {

/// One of the queries that are asked together.
struct Asked {
    memory::RecallQuery const* query;
    std::optional<Error> error;
    Question question{};
    memory::Recall answer{};
};

void read_hits(store::ReadTransaction& transaction, RecordReader const& read_records,
               Ranking ranking, memory::Recall& answer) {
    std::vector<std::int64_t> keys;
    std::unordered_map<std::int64_t, RankedRow*> by_key;
    for (auto& row : ranking.rows) {
        keys.push_back(row.key);
        by_key.emplace(row.key, &row);
    }
    for (auto& record : read_records(transaction, keys)) {
        auto& row = *by_key.at(record.revision_key);
        answer.hits.push_back({.memory = std::move(record),
                               .score = row.score,
                               .similarity = row.similarity,
                               .lexical = row.lexical,
                               .semantic_rank = row.semantic_rank,
                               .keyword_rank = row.keyword_rank,
                               .explanation = std::move(row.explanation)});
    }
    answer.total = ranking.total;
    answer.degraded = ranking.degraded;
    answer.truncated = ranking.truncated;
}

} // namespace

Finder::Finder(store::Database& database, index::Catalogue& catalogue, memory::Embedder& embedder,
               RecordReader read_records)
    : database_(&database)
    , catalogue_(&catalogue)
    , embedder_(&embedder)
    , read_records_(std::move(read_records)) {}

Result<memory::Recall> Finder::recall(Caller const& caller,
                                      memory::RecallQuery const& query) const {
    auto answers = recall_many(caller, std::span{&query, 1});
    if (!answers) {
        return answers.error();
    }
    return std::move(answers->front());
}

// The question's words are counted on a snapshot of their own, so that no snapshot is held while
// the embedder works. The rows of all questions are then read from one.
Result<std::vector<Result<memory::Recall>>>
Finder::recall_many(Caller const& caller, std::span<memory::RecallQuery const> queries) const {
    std::vector<Asked> asked;
    for (auto const& query : queries) {
        asked.push_back({.query = &query, .error = check(query)});
    }
    auto const counted = database_->read<store::Done>([&](store::ReadTransaction& transaction) {
        for (auto& one : asked) {
            if (!one.error) {
                one.question = read_question(transaction, *catalogue_, caller, *one.query);
            }
        }
        return Result<store::Done>{store::Done{}};
    });
    if (!counted) {
        return counted.error();
    }
    for (auto& one : asked) {
        if (!one.error) {
            embed_question(*embedder_, one.question);
        }
    }
    auto const found = database_->read<store::Done>([&](store::ReadTransaction& transaction) {
        for (auto& one : asked) {
            if (!one.error) {
                one.answer.mode = one.query->mode;
                auto parts =
                    index::allowed_parts(transaction, *catalogue_, caller, one.query->filter);
                read_hits(transaction, read_records_,
                          rank(transaction, std::move(parts), one.question, *one.query, *embedder_),
                          one.answer);
            }
        }
        return Result<store::Done>{store::Done{}};
    });
    if (!found) {
        return found.error();
    }
    std::vector<Result<memory::Recall>> answers;
    for (auto& one : asked) {
        if (one.error) {
            answers.emplace_back(std::move(*one.error));
        } else {
            answers.emplace_back(std::move(one.answer));
        }
    }
    return answers;
}

} // namespace loci::recall
