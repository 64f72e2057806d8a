#include "embed/word_table_builder/word_graph.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace loci::embed {
namespace {

constexpr double synonym_weight = 2.0;
constexpr double link_weight = 1.0;
constexpr double gloss_weight = 1.0;
constexpr double smoothing = 0.75;

/// Hypernyms, instances, similar and derived words, attributes, entailments, causes, parts, members
/// and domains. The reverse links (hyponyms …) say the same again.
constexpr std::array<std::string_view, 12> used_links{"@", "@i", "&", "+",  "\\", "^",
                                                      "$", "*",  ">", "#p", "%p", "#m"};
constexpr std::string_view domain_link = ";c";

bool is_used(std::string_view kind) {
    return kind == domain_link ||
           std::find(used_links.begin(), used_links.end(), kind) != used_links.end();
}

struct Count {
    StemId row;
    StemId column;
    double value;
};

class Counts {
public:
    void add(StemId a, StemId b, double weight) {
        if (a != b) {
            counts_.push_back({a, b, weight});
            counts_.push_back({b, a, weight});
        }
    }

    void add_self(StemId a) { counts_.push_back({a, a, 1.0}); }

    /// Every word of one list with every word of the other; long lists share their weight.
    void link(std::vector<StemId> const& from, std::vector<StemId> const& to, double weight) {
        double const share = weight / std::sqrt(static_cast<double>(from.size() * to.size()));
        for (StemId const a : from) {
            for (StemId const b : to) {
                add(a, b, share);
            }
        }
    }

    /// Sums of equal places. The sort is stable, so that sums do not depend on its ways.
    std::vector<Count> take_sums() {
        std::stable_sort(counts_.begin(), counts_.end(), [](Count const& a, Count const& b) {
            return a.row != b.row ? a.row < b.row : a.column < b.column;
        });
        std::vector<Count> sums;
        for (Count const& count : counts_) {
            if (!sums.empty() && sums.back().row == count.row &&
                sums.back().column == count.column) {
                sums.back().value += count.value;
            } else {
                sums.push_back(count);
            }
        }
        counts_ = {};
        return sums;
    }

private:
    std::vector<Count> counts_;
};

void add_synonyms(std::vector<StemId> const& lemmas, Counts& counts) {
    for (std::size_t i = 0; i < lemmas.size(); ++i) {
        counts.add_self(lemmas[i]);
        for (std::size_t j = i + 1; j < lemmas.size(); ++j) {
            counts.add(lemmas[i], lemmas[j], synonym_weight);
        }
    }
}

std::vector<Count> count_links(StemmedWordnet const& wordnet) {
    Counts counts;
    for (auto const& sense : wordnet.senses) {
        if (sense.lemmas.empty()) {
            continue;
        }
        add_synonyms(sense.lemmas, counts);
        for (auto const& link : sense.links) {
            if (is_used(link.kind)) {
                counts.link(sense.lemmas, wordnet.senses[link.target].lemmas, link_weight);
            }
        }
        counts.link(sense.lemmas, distinct(sense.gloss), gloss_weight);
    }
    return counts.take_sums();
}

} // namespace

SparseMatrix word_graph(StemmedWordnet const& wordnet) {
    auto const counts = count_links(wordnet);
    std::vector<double> frequency(wordnet.stems.size());
    for (Count const& count : counts) {
        frequency[count.row] += count.value;
    }
    double smoothed_total = 0;
    for (double const each : frequency) {
        smoothed_total += std::pow(each, smoothing);
    }
    SparseMatrix matrix{.size = wordnet.stems.size(), .entries = {}};
    for (Count const& count : counts) {
        double const context = std::pow(frequency[count.column], smoothing) / smoothed_total;
        double const information = std::log(count.value / (frequency[count.row] * context));
        if (information > 0) {
            matrix.entries.push_back({count.row, count.column, static_cast<float>(information)});
        }
    }
    return matrix;
}

} // namespace loci::embed
