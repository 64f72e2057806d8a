#pragma once
#include "recall/candidate_stems.hpp"
#include "recall/channel.hpp"

#include <cstdint>
#include <span>

namespace loci::recall {

/// BM25 over stems.
///
/// Rows are read from the word index, rarest stem first and newest row first, until there are
/// enough; commoner stems only score those. Where the filter leaves fewer rows than the stems
/// would, the rows themselves are looked through.
class WordsChannel final : public Channel {
public:
    /// All must outlive the channel.
    WordsChannel(store::ReadTransaction& transaction, Question const& question,
                 memory::RecallProfile const& profile);

    std::string_view name() const override { return "words"; }

    double weight() const override { return profile_.words; }

    bool propose(Candidates& candidates) override;
    std::vector<double> score(Candidates const& candidates, std::size_t from) override;
    std::string detail(std::size_t candidate) const override;

    /// Share of the question's word weight that a candidate holds, 0..1. After `score`.
    double share(std::size_t candidate) const { return share(std::span{&candidate, 1}); }

    /// The share that several candidates hold together.
    double share(std::span<std::size_t const> candidates) const;

    /// The share that the spaces asked hold at all: words that nobody used are found nowhere.
    double known_share() const;

    /// Where the question's stems stand in the candidates. After `score`.
    CandidateStems const& stems() const noexcept { return stems_; }

private:
    bool read_postings(Candidates& candidates, QuestionStem const& stem);
    double share_of(std::vector<bool> const& held) const;
    double score_row(std::uint32_t words, std::size_t candidate);

    store::ReadTransaction& transaction_;
    Question const& question_;
    memory::RecallProfile const& profile_;
    std::vector<double> weights_; // idf of each stem
    Bm25 bm25_;
    CandidateStems stems_;
    bool complete_ = false;                           // every row with a stem was proposed
    std::size_t proposed_ = 0;                        // candidates of this channel come first
    std::vector<std::vector<std::uint32_t>> matched_; // stems of each candidate, ascending
};

} // namespace loci::recall
