#pragma once
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace loci::bench {

inline constexpr std::size_t dimension = 384;

/// Vectors of length 1 like those of texts: topics of which some are frequent, few real dimensions,
/// and noise in all of them.
class Generator {
public:
    /// `spread`: how far the members of a topic lie apart, where 1 is how far topics do.
    Generator(std::size_t topics, double spread);

    void next(std::span<float> vector, std::mt19937_64& random) const;

private:
    static constexpr std::size_t real_dimensions = 48;

    std::size_t topics_;
    float spread_;
    std::vector<float> centres_; // in the real dimensions
    std::vector<float> basis_;
};

/// The best ten of each question by float products, gathered one vector at a time.
class Truth {
public:
    explicit Truth(std::vector<float> questions);

    void meet(std::uint32_t position, std::span<float const> vector);

    std::size_t questions() const noexcept { return best_.size(); }

    std::span<float const> question(std::size_t index) const noexcept {
        return std::span{questions_}.subspan(index * dimension, dimension);
    }

    /// Of the `found`, the share that belongs to the best ten.
    double recall(std::size_t question, std::span<std::uint32_t const> found) const;

private:
    std::vector<float> questions_;
    std::vector<std::vector<std::pair<float, std::uint32_t>>> best_; // worst first
};

} // namespace loci::bench
