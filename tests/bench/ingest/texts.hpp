#pragma once
#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace loci::bench {

/// Invented text whose words follow Zipf's law: 60 000 stems, 12 in a memory, 5 in a question.
class Texts {
public:
    explicit Texts(unsigned seed);

    /// Content words among stop words.
    std::string memory();

    std::string question();

private:
    std::string const& word();

    std::mt19937_64 random_;
    std::vector<std::string> words_; // by rank
    std::vector<double> sums_;       // of the weights up to each rank
};

} // namespace loci::bench
