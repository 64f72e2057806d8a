#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <loci/memory/summary.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace loci::consolidation {

/// A sentence that may be chosen.
struct Sentence {
    std::string_view text;  ///< of its source
    std::size_t source = 0; ///< place among the sources
    std::size_t cost = 1;   ///< at least 1; of `read_material`: as counted, and the mean of all
    std::vector<std::uint32_t> concepts; ///< each once
};

/// Sentences, and what each of their concepts is worth. Views point into the sources.
struct Material {
    std::vector<Sentence> sentences; ///< by source, in their order
    std::vector<double> weights;     ///< by concept
    std::size_t left_out = 0;        ///< sentences beyond the most that are read
};

/// Concepts are stems, and pairs of neighbouring stems that at least two sources hold.
Material read_material(std::span<memory::SummarySource const> sources, std::string_view topic,
                       memory::TokenCounter const& counter);

/// Chooses sentences, given by their places, in the order of choice. `fits` says whether one more
/// still goes; from then on it counts as chosen. `fits_alone` says it of a single sentence.
std::vector<std::size_t> choose(Material const& material,
                                std::function<bool(std::size_t)> const& fits,
                                std::function<bool(std::size_t)> const& fits_alone);

} // namespace loci::consolidation
