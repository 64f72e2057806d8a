#pragma once
#include "recall/bm25.hpp"
#include "recall/question_cues.hpp"

#include <cstddef>
#include <cstdint>
#include <index/catalogue.hpp>
#include <loci/base/result.hpp>
#include <loci/base/scope.hpp>
#include <loci/memory/embedder.hpp>
#include <loci/memory/recall.hpp>
#include <loci/store/transaction.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loci::recall {

/// One distinct stem of a question.
struct QuestionStem {
    std::string text;
    double frequency = 0;       ///< how often the question has it
    std::int64_t documents = 0; ///< current memories of the spaces asked that hold it
};

/// A query made ready for the channels.
struct Question {
    std::string text;                ///< trimmed, its spelling mended
    std::string folded;              ///< as it was asked
    std::vector<QuestionStem> stems; ///< of all analyses, in order of first appearance
    /// The question under each language in use, as ascending indexes into `stems`.
    std::vector<std::vector<std::size_t>> analyses;
    /// The stems of each analysis in their order, as indexes into `stems`.
    std::vector<std::vector<std::uint32_t>> sequences;
    std::vector<std::vector<std::uint32_t>> phrases; ///< the same for each quoted phrase
    QuestionCues cues;
    Corpus corpus;
    std::vector<float> plain;   ///< fixed weights, for `similarity`; empty: none
    std::vector<float> ranking; ///< weighted by the memory of the moment; empty: none
    bool embedder_failed = false;
};

/// What is wrong with a query, if anything.
std::optional<Error> check(memory::RecallQuery const& query);

/// Text and statistics. `query` must outlive the question.
Question read_question(store::ReadTransaction& transaction, index::Catalogue& catalogue,
                       Caller const& caller, memory::RecallQuery const& query);

/// Vectors. Called without a transaction, since a model may be far away.
void embed_question(memory::Embedder& embedder, Question& question);

} // namespace loci::recall
