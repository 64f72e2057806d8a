// A summary S is worth
//
//     F(S) = sum of the weights of the concepts in S
//          + m * sum over sources of sqrt(sum of r(s) over the sentences s of S from it)
//
// where a concept that n of N sources hold weighs log(1 + n) log(2 + N / n), and r(s) is the weight
// of a sentence's own concepts as a share of the largest, and m the mean weight of a sentence. Both
// sums are monotone and submodular, so that taking, again and again, the sentence of the largest
// gain per cost, and in the end the best single sentence if that is worth more, comes within a
// constant factor of the best summary (Khuller, Moss and Naor 1999; Lin and Bilmes 2011; the
// concepts are those of Gillick and Favre 2009). Gains only shrink, so a queue of old gains finds
// the largest without counting all of them anew.

#include "consolidation/extraction.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <queue>
#include <set>
#include <string>
#include <text/analyzer.hpp>
#include <text/sentences.hpp>
#include <text/stop_words.hpp>
#include <utility>

namespace loci::consolidation {
namespace {

constexpr std::size_t most_sentences = 5000;
constexpr double topic_factor = 10;
constexpr std::size_t question_factor = 2;

bool is_question(std::string_view sentence) {
    return sentence.ends_with('?') || sentence.ends_with("？") || sentence.ends_with("؟");
}

/// What people say to each other without saying anything.
bool is_phatic(std::string_view stem) {
    constexpr std::array<std::string_view, 16> stems{
        "bye", "congrat", "goodby", "ha",   "haha",  "hello", "hey",  "hi",
        "lol", "oh",      "ok",     "okay", "thank", "wow",   "yeah", "yep"};
    return std::binary_search(stems.begin(), stems.end(), stem);
}

/// Numbers the concepts and counts the sources that hold them.
class Concepts {
public:
    std::uint32_t number_of(std::string const& name, std::size_t source) {
        auto const [entry, is_new] = numbers_.try_emplace(name, numbers_.size());
        if (is_new) {
            sources_.emplace_back();
        }
        auto const number = static_cast<std::uint32_t>(entry->second);
        auto& [count, last] = sources_[number];
        if (is_new || last != source) {
            ++count;
            last = source;
        }
        return number;
    }

    std::vector<double> weights(std::size_t sources, std::set<std::string> const& topic) const {
        std::vector<double> weights(sources_.size());
        for (auto const& [name, number] : numbers_) {
            auto const factor = topic.contains(name) ? topic_factor : 1;
            weights[number] = factor * weight(name, sources_[number].first, sources);
        }
        return weights;
    }

private:
    static double weight(std::string_view name, std::size_t count, std::size_t sources) {
        auto const is_pair = name.find(' ') != std::string_view::npos;
        if ((is_pair && count < 2) || is_phatic(name)) {
            return 0;
        }
        auto const holding = static_cast<double>(count);
        return std::log(1 + holding) * std::log(2 + static_cast<double>(sources) / holding);
    }

    std::map<std::string, std::size_t> numbers_;
    std::vector<std::pair<std::size_t, std::size_t>> sources_; ///< how many, and the last one
};

std::vector<std::uint32_t> concepts_of(std::string_view sentence, std::string_view language,
                                       std::size_t source, Concepts& concepts) {
    auto stems = text::analyze(sentence, language).stems;
    // `analyze` keeps the stop words of a sentence that has no others.
    std::erase_if(stems, [&](std::string const& stem) {
        return text::is_stop_word(stem, language.empty() ? "en" : language);
    });
    std::vector<std::uint32_t> numbers;
    for (std::size_t i = 0; i < stems.size(); ++i) {
        numbers.push_back(concepts.number_of(stems[i], source));
        if (i > 0) {
            numbers.push_back(concepts.number_of(stems[i - 1] + ' ' + stems[i], source));
        }
    }
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
}

/// The worth of what is chosen so far, and what one more sentence would add.
class Worth {
public:
    explicit Worth(Material const& material)
        : material_(material)
        , is_covered_(material.weights.size(), false) {
        double largest = 0;
        for (auto const& sentence : material.sentences) {
            double own = 0;
            for (auto const concept_number : sentence.concepts) {
                own += material.weights[concept_number];
            }
            shares_.push_back(own);
            largest = std::max(largest, own);
            mean_ += own / static_cast<double>(material.sentences.size());
        }
        for (auto& share : shares_) {
            share = largest > 0 ? share / largest : 0;
        }
        if (!material.sentences.empty()) {
            heard_.resize(material.sentences.back().source + 1);
        }
    }

    double gain(std::size_t place) const {
        auto const& sentence = material_.sentences[place];
        double gain = 0;
        for (auto const concept_number : sentence.concepts) {
            if (!is_covered_[concept_number]) {
                gain += material_.weights[concept_number];
            }
        }
        auto const heard = heard_[sentence.source];
        return gain + mean_ * (std::sqrt(heard + shares_[place]) - std::sqrt(heard));
    }

    double gain_per_cost(std::size_t place) const {
        auto const& sentence = material_.sentences[place];
        auto const factor = is_question(sentence.text) ? question_factor : 1;
        return gain(place) / static_cast<double>(sentence.cost * factor);
    }

    void take(std::size_t place) {
        total_ += gain(place);
        auto const& sentence = material_.sentences[place];
        for (auto const concept_number : sentence.concepts) {
            is_covered_[concept_number] = true;
        }
        heard_[sentence.source] += shares_[place];
    }

    double total() const noexcept { return total_; }

private:
    Material const& material_;
    std::vector<bool> is_covered_;
    std::vector<double> shares_; ///< r(s)
    std::vector<double> heard_;  ///< by source
    double mean_ = 0;
    double total_ = 0;
};

struct Promise {
    double value = 0;
    std::size_t place = 0;
    std::size_t counted_at = 0; ///< how many were chosen then

    bool operator<(Promise const& other) const noexcept {
        return value != other.value ? value < other.value : place > other.place;
    }
};

std::optional<std::size_t> best_single(Material const& material, Worth const& nothing_chosen,
                                       std::function<bool(std::size_t)> const& fits_alone) {
    std::optional<std::size_t> best;
    for (std::size_t place = 0; place < material.sentences.size(); ++place) {
        if ((!best || nothing_chosen.gain(place) > nothing_chosen.gain(*best)) &&
            fits_alone(place)) {
            best = place;
        }
    }
    return best;
}

/// Each sentence costs a mean one more: else many short ones would win, which say little each.
void add_mean_cost(Material& material) {
    std::size_t sum = 0;
    for (auto const& sentence : material.sentences) {
        sum += sentence.cost;
    }
    for (auto& sentence : material.sentences) {
        sentence.cost += sum / material.sentences.size();
    }
}

} // namespace

Material read_material(std::span<memory::SummarySource const> sources, std::string_view topic,
                       memory::TokenCounter const& counter) {
    Material material;
    Concepts concepts;
    for (std::size_t source = 0; source < sources.size(); ++source) {
        auto const language = std::string_view{sources[source].language ? *sources[source].language
                                                                        : std::string_view{}};
        for (auto const sentence : text::sentences(sources[source].content, language)) {
            if (material.sentences.size() == most_sentences) {
                ++material.left_out;
                continue;
            }
            material.sentences.push_back({sentence, source,
                                          std::max<std::size_t>(counter.count(sentence), 1),
                                          concepts_of(sentence, language, source, concepts)});
        }
    }
    auto const asked = text::analyze(topic).stems;
    material.weights = concepts.weights(sources.size(), {asked.begin(), asked.end()});
    add_mean_cost(material);
    return material;
}

std::vector<std::size_t> choose(Material const& material,
                                std::function<bool(std::size_t)> const& fits,
                                std::function<bool(std::size_t)> const& fits_alone) {
    Worth worth{material};
    auto const single = best_single(material, worth, fits_alone);
    auto const worth_of_single = single ? worth.gain(*single) : 0;
    std::priority_queue<Promise> promises;
    for (std::size_t place = 0; place < material.sentences.size(); ++place) {
        promises.push({worth.gain_per_cost(place), place, 0});
    }
    std::vector<std::size_t> chosen;
    while (!promises.empty()) {
        auto next = promises.top();
        promises.pop();
        if (next.counted_at != chosen.size()) {
            promises.push({worth.gain_per_cost(next.place), next.place, chosen.size()});
        } else if (next.value > 0 && fits(next.place)) {
            worth.take(next.place);
            chosen.push_back(next.place);
        }
    }
    return worth_of_single > worth.total() ? std::vector{*single} : chosen;
}

} // namespace loci::consolidation
