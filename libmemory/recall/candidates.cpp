#include "recall/candidates.hpp"

namespace loci::recall {

Candidates::Candidates(std::vector<index::Part> const& parts)
    : parts_(&parts)
    , numbers_(parts.size()) {}

bool Candidates::add(Place place) {
    if (!(*parts_)[place.part].allowed.test(place.position) ||
        !numbers_[place.part].emplace(place.position, places_.size()).second) {
        return false;
    }
    places_.push_back(place);
    return true;
}

std::optional<std::size_t> Candidates::find(Place place) const {
    auto const& numbers = numbers_[place.part];
    auto const known = numbers.find(place.position);
    return known == numbers.end() ? std::nullopt : std::optional{known->second};
}

std::vector<double> nearness(Candidates const& candidates, std::vector<float> const& vector,
                             std::size_t from) {
    auto const& places = candidates.places();
    std::vector<double> scores(places.size() - from);
    for (std::uint32_t part = 0; part < candidates.parts().size() && !vector.empty(); ++part) {
        std::vector<std::uint32_t> positions;
        std::vector<std::size_t> indexes;
        for (std::size_t i = from; i < places.size(); ++i) {
            if (places[i].part == part) {
                positions.push_back(places[i].position);
                indexes.push_back(i - from);
            }
        }
        if (auto const* vectors = candidates.parts()[part].view.vectors()) {
            auto const found = vectors->score(vector, positions);
            for (std::size_t i = 0; i < found.size(); ++i) {
                scores[indexes[i]] = static_cast<double>(found[i]);
            }
        }
    }
    return scores;
}

} // namespace loci::recall
