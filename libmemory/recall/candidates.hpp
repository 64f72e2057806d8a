#pragma once
#include <cstddef>
#include <cstdint>
#include <index/allowed.hpp>
#include <optional>
#include <unordered_map>
#include <vector>

namespace loci::recall {

/// Where a row lies: which part, and which position in it.
struct Place {
    std::uint32_t part = 0;
    std::uint32_t position = 0;
    auto operator<=>(Place const&) const = default;
};

/// Allowed rows that some channel put forward, each once.
class Candidates {
public:
    explicit Candidates(std::vector<index::Part> const& parts);

    /// Ignores rows that are not allowed. True when the row is new.
    bool add(Place place);

    std::vector<Place> const& places() const noexcept { return places_; }

    /// The candidate's number; nothing where nobody put the row forward.
    std::optional<std::size_t> find(Place place) const;

    index::OwnerView const& view(Place place) const noexcept { return (*parts_)[place.part].view; }

    std::int64_t key(Place place) const noexcept { return view(place).key(place.position); }

    std::vector<index::Part> const& parts() const noexcept { return *parts_; }

private:
    std::vector<index::Part> const* parts_;
    std::vector<std::unordered_map<std::uint32_t, std::size_t>> numbers_; // by part and position
    std::vector<Place> places_;
};

/// Inner products of `vector` with the candidates' vectors, from candidate `from` on, in order; 0
/// where there is none.
std::vector<double> nearness(Candidates const& candidates, std::vector<float> const& vector,
                             std::size_t from = 0);

} // namespace loci::recall
