#include "recall/candidate_stems.hpp"

#include <algorithm>
#include <index/json_list.hpp>
#include <utility>

namespace loci::recall {
namespace {

constexpr store::Sql stems_of_rows{
    "SELECT key, stems FROM revision WHERE key IN (SELECT value FROM json_each(?1))"};

constexpr std::size_t rows_per_query = 1000;

} // namespace

CandidateStems::CandidateStems(store::ReadTransaction& transaction, Question const& question)
    : transaction_(transaction) {
    for (auto const& stem : question.stems) {
        numbers_.emplace(stem.text, static_cast<std::uint32_t>(numbers_.size()));
    }
}

CandidateStems::Range CandidateStems::append(std::string_view stems) {
    Range range{occurrences_.size(), 0};
    for (std::uint32_t position = 0; !stems.empty(); ++position) {
        auto const end = std::min(stems.find('\n'), stems.size());
        if (auto const known = numbers_.find(stems.substr(0, end)); known != numbers_.end()) {
            occurrences_.push_back({position, known->second});
        }
        stems.remove_prefix(std::min(end + 1, stems.size()));
    }
    range.count = occurrences_.size() - range.begin;
    return range;
}

void CandidateStems::read(Candidates const& candidates, std::size_t holders) {
    auto const& places = candidates.places();
    std::vector<std::pair<std::int64_t, std::size_t>> wanted; // key, candidate
    for (auto i = ranges_.size(); i < std::min(holders, places.size()); ++i) {
        wanted.emplace_back(candidates.key(places[i]), i);
    }
    ranges_.resize(places.size());
    if (numbers_.empty()) {
        return;
    }
    std::sort(wanted.begin(), wanted.end());
    for (std::size_t begin = 0; begin < wanted.size(); begin += rows_per_query) {
        auto const batch =
            std::span{wanted}.subspan(begin, std::min(rows_per_query, wanted.size() - begin));
        std::vector<std::int64_t> keys;
        for (auto const& [key, candidate] : batch) {
            keys.push_back(key);
        }
        auto rows = transaction_.query(stems_of_rows, index::json_list(keys));
        while (rows.next()) {
            auto const key = std::pair{rows.integer(0), std::size_t{0}};
            auto const known = std::lower_bound(batch.begin(), batch.end(), key);
            auto const blob = rows.blob(1);
            ranges_[known->second] =
                append({reinterpret_cast<char const*>(blob.data()), blob.size()});
        }
    }
}

} // namespace loci::recall
