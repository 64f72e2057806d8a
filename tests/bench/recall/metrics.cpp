#include "metrics.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <random>

namespace loci::bench {
namespace {

constexpr double Metrics::*fields[] = {&Metrics::recall_at_1, &Metrics::recall_at_5,
                                       &Metrics::recall_at_10, &Metrics::recall_at_20,
                                       &Metrics::reciprocal_rank_at_10};

double share_found(std::vector<std::string> const& evidence, std::vector<std::string> const& ranked,
                   std::size_t k) {
    auto const end = ranked.begin() + static_cast<std::ptrdiff_t>(std::min(k, ranked.size()));
    auto const found = std::ranges::count_if(
        evidence, [&](auto const& id) { return std::find(ranked.begin(), end, id) != end; });
    return static_cast<double>(found) / static_cast<double>(evidence.size());
}

double reciprocal_rank(std::vector<std::string> const& evidence,
                       std::vector<std::string> const& ranked) {
    for (std::size_t rank = 0; rank < std::min<std::size_t>(10, ranked.size()); ++rank) {
        if (std::ranges::find(evidence, ranked[rank]) != evidence.end()) {
            return 1.0 / static_cast<double>(rank + 1);
        }
    }
    return 0;
}

/// Of answers, given by iterators to pointers.
Metrics mean_of(std::vector<Metrics const*> const& answers) {
    Metrics mean;
    for (auto const field : fields) {
        for (auto const* answer : answers) {
            mean.*field += answer->*field;
        }
        mean.*field /= static_cast<double>(std::max<std::size_t>(answers.size(), 1));
    }
    return mean;
}

std::string line(std::string const& name, std::string const& questions, Metrics const& mean) {
    return fmt::format("  {:<28} {:>9} {:>6.1f} {:>6.1f} {:>6.1f} {:>6.1f} {:>7.3f}\n", name,
                       questions, 100 * mean.recall_at_1, 100 * mean.recall_at_5,
                       100 * mean.recall_at_10, 100 * mean.recall_at_20,
                       mean.reciprocal_rank_at_10);
}

} // namespace

void Scoreboard::add(std::string conversation, std::string category,
                     std::vector<std::string> const& evidence,
                     std::vector<std::string> const& ranked) {
    answers_.push_back({.groups = {std::move(category), std::move(conversation)},
                        .metrics = {.recall_at_1 = share_found(evidence, ranked, 1),
                                    .recall_at_5 = share_found(evidence, ranked, 5),
                                    .recall_at_10 = share_found(evidence, ranked, 10),
                                    .recall_at_20 = share_found(evidence, ranked, 20),
                                    .reciprocal_rank_at_10 = reciprocal_rank(evidence, ranked)}});
}

Metrics Scoreboard::mean() const {
    std::vector<Metrics const*> all;
    for (auto const& answer : answers_) {
        all.push_back(&answer.metrics);
    }
    return mean_of(all);
}

std::pair<Metrics, Metrics> Scoreboard::interval() const {
    constexpr std::size_t draws = 1000;
    std::mt19937 random{1979};
    std::uniform_int_distribution<std::size_t> which{0, answers_.size() - 1};
    std::vector<Metrics> means;
    for (std::size_t draw = 0; draw < draws; ++draw) {
        std::vector<Metrics const*> drawn;
        for (std::size_t i = 0; i < answers_.size(); ++i) {
            drawn.push_back(&answers_[which(random)].metrics);
        }
        means.push_back(mean_of(drawn));
    }
    std::pair<Metrics, Metrics> bounds;
    for (auto const field : fields) {
        std::ranges::sort(means, {}, field);
        bounds.first.*field = means[draws / 40].*field;
        bounds.second.*field = means[draws - 1 - draws / 40].*field;
    }
    return bounds;
}

std::string Scoreboard::render(std::string const& title, Group group) const {
    auto text = fmt::format("{:<30} {:>9} {:>6} {:>6} {:>6} {:>6} {:>7}\n", title, "questions",
                            "R@1", "R@5", "R@10", "R@20", "MRR@10");
    std::map<std::string, std::vector<Metrics const*>> groups;
    for (auto const& answer : answers_) {
        groups[answer.groups[static_cast<std::size_t>(group)]].push_back(&answer.metrics);
    }
    for (auto const& [name, answers] : groups) {
        text += line(name, fmt::format("{}", answers.size()), mean_of(answers));
    }
    text += line("all", fmt::format("{}", answers_.size()), mean());
    if (!answers_.empty()) {
        auto const [low, high] = interval();
        text += line("95 % interval, from", "", low);
        text += line("to", "", high);
    }
    return text;
}

} // namespace loci::bench
