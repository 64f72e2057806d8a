#include "recall/meaning_channel.hpp"

#include <algorithm>

namespace loci::recall {
namespace {

struct Found {
    double score = 0;
    Place place;
    std::int64_t key = 0;
};

} // namespace

// One more than can be shown is asked for, to learn whether the cut left something out.
bool MeaningChannel::propose(Candidates& candidates) {
    if (question_.ranking.empty()) {
        return false;
    }
    std::vector<Found> found;
    for (std::uint32_t part = 0; part < candidates.parts().size(); ++part) {
        auto const& [owner, view, allowed] = candidates.parts()[part];
        if (auto const* vectors = view.vectors()) {
            for (auto const& hit :
                 vectors->search(question_.ranking, allowed.words(), memory::limits::results + 1)) {
                if (hit.score > 0) {
                    found.push_back({static_cast<double>(hit.score),
                                     {part, hit.position},
                                     view.key(hit.position)});
                }
            }
        }
    }
    std::sort(found.begin(), found.end(), [](Found const& left, Found const& right) {
        return left.score != right.score ? left.score > right.score : left.key < right.key;
    });
    auto const cut = found.size() > memory::limits::results;
    found.resize(std::min(found.size(), memory::limits::results));
    for (auto const& one : found) {
        candidates.add(one.place);
    }
    return cut;
}

std::vector<double> MeaningChannel::score(Candidates const& candidates, std::size_t from) {
    return nearness(candidates, question_.ranking, from);
}

} // namespace loci::recall
