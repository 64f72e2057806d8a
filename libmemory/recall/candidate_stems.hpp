#pragma once
#include "recall/candidates.hpp"
#include "recall/question.hpp"

#include <cstddef>
#include <cstdint>
#include <loci/store/transaction.hpp>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace loci::recall {

/// Where a stem of the question stands in a candidate's text.
struct StemOccurrence {
    std::uint32_t position = 0; ///< among all stems of the row, from 0
    std::uint32_t stem = 0;     ///< index into `Question::stems`
    bool operator==(StemOccurrence const&) const = default;
};

/// The question's stems in the texts of the candidates, each row read once a question.
///
/// `read` takes the candidates that came since the last call, so that rounds of proposing and
/// scoring may alternate; `of` then answers by candidate number. The length of a text in stems is
/// `Entry::words`. Two neighbouring occurrences whose positions differ by 1 or 2 are an ordered
/// pair; one stem's number of occurrences is its frequency.
class CandidateStems {
public:
    /// Both must outlive this.
    CandidateStems(store::ReadTransaction& transaction, Question const& question);

    /// Candidates from number `holders` on are known to hold no stem of the question: their rows
    /// are not read.
    void read(Candidates const& candidates, std::size_t holders);

    void read(Candidates const& candidates) { read(candidates, candidates.places().size()); }

    /// In order of position; empty for a candidate that was not read.
    std::span<StemOccurrence const> of(std::size_t candidate) const noexcept {
        if (candidate >= ranges_.size()) {
            return {};
        }
        auto const range = ranges_[candidate];
        return std::span{occurrences_}.subspan(range.begin, range.count);
    }

private:
    struct Range {
        std::size_t begin = 0;
        std::size_t count = 0;
    };

    Range append(std::string_view stems);

    store::ReadTransaction& transaction_;
    std::unordered_map<std::string_view, std::uint32_t> numbers_; // index of each stem
    std::vector<StemOccurrence> occurrences_;
    std::vector<Range> ranges_; // of each candidate
};

} // namespace loci::recall
