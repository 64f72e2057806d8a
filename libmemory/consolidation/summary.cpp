#include "consolidation/extraction.hpp"
#include "consolidation/statement.hpp"

#include <algorithm>
#include <loci/base/utf8.hpp>
#include <loci/memory/summary.hpp>
#include <map>
#include <set>
#include <utility>

namespace loci::memory {
namespace {

using consolidation::Material;
using consolidation::Sentence;
using consolidation::Statement;

constexpr std::string_view ellipsis = "…";

class CharacterCounter final : public TokenCounter {
public:
    std::string const& name() const override { return name_; }

    std::size_t count(std::string_view text) const override { return count_code_points(text); }

private:
    std::string name_ = "characters";
};

std::optional<Error> check(SummaryOptions const& options) {
    if (options.budget < 1) {
        return invalid_field("budget", "minimum", "a budget is at least 1");
    }
    return std::nullopt;
}

/// Sentences that say the same, the one that says most first.
using Sayings = std::vector<std::vector<std::size_t>>;

/// Sentences that came so far, by what they say.
class SayingTable {
public:
    explicit SayingTable(std::span<SummarySource const> sources)
        : sources_(sources) {}

    /// A sentence joins the first saying whose fullest sentence it agrees with.
    void add(Sentence const& sentence, std::size_t place) {
        auto const& source = sources_[sentence.source];
        auto statement = consolidation::read_statement(sentence.text, source.language.value_or(""));
        for (std::size_t i = 0; i < sayings_.size(); ++i) {
            auto& known = fullest_[i];
            auto const words = consolidation::compare(statement, known.statement);
            if (sources_[known.source].speaker != source.speaker ||
                words.share < NearnessLimits{}.words) {
                continue;
            }
            if (words.relation == WordRelation::first_says_more) {
                sayings_[i].insert(sayings_[i].begin(), place);
                known = {std::move(statement), sentence.source};
            } else {
                sayings_[i].push_back(place);
            }
            return;
        }
        sayings_.push_back({place});
        fullest_.push_back({std::move(statement), sentence.source});
    }

    Sayings take() && { return std::move(sayings_); }

private:
    struct Fullest {
        Statement statement;
        std::size_t source = 0;
    };

    std::span<SummarySource const> sources_;
    Sayings sayings_;
    std::vector<Fullest> fullest_;
};

Sayings sayings_of(Material const& material, std::span<SummarySource const> sources) {
    SayingTable table{sources};
    for (std::size_t place = 0; place < material.sentences.size(); ++place) {
        table.add(material.sentences[place], place);
    }
    return std::move(table).take();
}

/// The fullest sentence of each saying, in the order of the material.
Material fullest_of(Material const& material, Sayings& sayings) {
    std::sort(sayings.begin(), sayings.end(),
              [](auto const& left, auto const& right) { return left.front() < right.front(); });
    Material fullest{.sentences = {}, .weights = material.weights, .left_out = material.left_out};
    for (auto const& saying : sayings) {
        fullest.sentences.push_back(material.sentences[saying.front()]);
    }
    return fullest;
}

CitedSentence cited(Material const& material, std::vector<std::size_t> const& saying,
                    std::span<SummarySource const> sources) {
    auto const& first = material.sentences[saying.front()];
    CitedSentence sentence{std::string{first.text}, sources[first.source].speaker, {}};
    for (auto const place : saying) {
        auto const id = sources[material.sentences[place].source].id;
        if (std::find(sentence.memories.begin(), sentence.memories.end(), id) ==
            sentence.memories.end()) {
            sentence.memories.push_back(id);
        }
    }
    return sentence;
}

std::string line_of(CitedSentence const& sentence) {
    return sentence.speaker ? *sentence.speaker + ": " + sentence.text : sentence.text;
}

std::string text_of(std::vector<CitedSentence> const& all, std::set<std::size_t> const& chosen) {
    std::string text;
    for (auto const place : chosen) {
        text += (text.empty() ? "" : "\n") + line_of(all[place]);
    }
    return text;
}

/// As many words as fit, and an ellipsis; empty where not even one does.
std::string cut(CitedSentence sentence, std::size_t budget, TokenCounter const& counter) {
    auto const whole = sentence.text;
    for (auto end = whole.find_last_of(" \t"); end != std::string::npos && end > 0;
         end = whole.find_last_of(" \t", end - 1)) {
        sentence.text = std::string{trim(std::string_view{whole}.substr(0, end))}.append(ellipsis);
        if (counter.count(line_of(sentence)) <= budget) {
            return sentence.text;
        }
    }
    return {};
}

/// The sentence that would be chosen first.
std::optional<std::size_t> best_of(Material const& material) {
    auto is_first = true;
    auto const best = consolidation::choose(
        material, [&](std::size_t) { return std::exchange(is_first, false); },
        [](std::size_t) { return false; });
    return best.empty() ? std::nullopt : std::optional{best.front()};
}

/// The sentences that were chosen for one memory.
std::string joined(Material const& material, std::set<std::size_t> const& places) {
    std::string text;
    std::optional<std::size_t> last;
    for (auto const place : places) {
        if (last) {
            text += place == *last + 1 ? " " : " … ";
        }
        text += material.sentences[place].text;
        last = place;
    }
    return text;
}

/// What each memory is left with, and what all of that costs.
class Shortening {
public:
    Shortening(Material const& material, std::size_t budget, TokenCounter const& counter)
        : material_(material)
        , budget_(budget)
        , counter_(counter) {}

    bool add(std::size_t place) {
        auto const source = material_.sentences[place].source;
        auto places = chosen_[source];
        places.insert(place);
        auto const size = counter_.count(joined(material_, places));
        auto const others = size_ - sizes_[source];
        if (others + size > budget_) {
            return false;
        }
        chosen_[source] = std::move(places);
        sizes_[source] = size;
        size_ = others + size;
        return true;
    }

    bool fits_alone(std::size_t place) const {
        return counter_.count(material_.sentences[place].text) <= budget_;
    }

private:
    Material const& material_;
    std::size_t budget_;
    TokenCounter const& counter_;
    std::map<std::size_t, std::set<std::size_t>> chosen_; ///< by source
    std::map<std::size_t, std::size_t> sizes_;
    std::size_t size_ = 0;
};

Compression untouched(std::span<SummarySource const> sources, TokenCounter const& counter) {
    Compression compression;
    for (auto const& source : sources) {
        auto const size = counter.count(source.content);
        compression.memories.push_back({source.id, source.content, false, size});
        compression.size += size;
    }
    return compression;
}

} // namespace

std::unique_ptr<TokenCounter> character_counter() {
    return std::make_unique<CharacterCounter>();
}

Result<Summary> summarise(std::span<SummarySource const> sources, SummaryOptions const& options,
                          TokenCounter const& counter) {
    if (auto fault = check(options)) {
        return *fault;
    }
    auto const whole = consolidation::read_material(sources, options.topic.value_or(""), counter);
    auto sayings = sayings_of(whole, sources);
    auto const material = fullest_of(whole, sayings);
    std::vector<CitedSentence> all;
    for (auto const& saying : sayings) {
        all.push_back(cited(whole, saying, sources));
    }
    std::set<std::size_t> tried;
    auto const fits = [&](std::size_t place) {
        tried.insert(place);
        auto const is_within = counter.count(text_of(all, tried)) <= options.budget;
        if (!is_within) {
            tried.erase(place);
        }
        return is_within;
    };
    auto const fits_alone = [&](std::size_t place) {
        return counter.count(line_of(all[place])) <= options.budget;
    };
    auto const chosen = consolidation::choose(material, fits, fits_alone);
    std::set<std::size_t> const places{chosen.begin(), chosen.end()};
    Summary summary{.sentences = {}, .text = text_of(all, places)};
    for (auto const place : places) {
        summary.sentences.push_back(std::move(all[place]));
    }
    if (auto const best = best_of(material); best && places.empty()) {
        auto& sentence = all[*best];
        sentence.text = cut(sentence, options.budget, counter);
        if (!sentence.text.empty()) {
            summary.text = line_of(sentence);
            summary.sentences.push_back(std::move(sentence));
        }
    }
    summary.size = counter.count(summary.text);
    summary.omitted = sayings.size() - summary.sentences.size() + whole.left_out;
    return summary;
}

Result<Compression> compress(std::span<SummarySource const> sources, SummaryOptions const& options,
                             TokenCounter const& counter) {
    if (auto fault = check(options)) {
        return *fault;
    }
    auto compression = untouched(sources, counter);
    if (compression.size <= options.budget) {
        return compression;
    }
    auto const material =
        consolidation::read_material(sources, options.topic.value_or(""), counter);
    Shortening shortening{material, options.budget, counter};
    auto const chosen = consolidation::choose(
        material, [&](std::size_t place) { return shortening.add(place); },
        [&](std::size_t place) { return shortening.fits_alone(place); });
    std::map<std::size_t, std::set<std::size_t>> by_source;
    for (auto const place : chosen) {
        by_source[material.sentences[place].source].insert(place);
    }
    compression = {};
    for (auto const& [source, places] : by_source) {
        CompressedMemory memory{.id = sources[source].id, .text = joined(material, places)};
        memory.is_shortened = memory.text != sources[source].content;
        memory.size = counter.count(memory.text);
        compression.size += memory.size;
        compression.memories.push_back(std::move(memory));
    }
    compression.omitted = sources.size() - compression.memories.size();
    return compression;
}

} // namespace loci::memory
