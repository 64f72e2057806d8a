#include "api/memesh/handlers.hpp"
#include "api/memesh/shaping.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace loci::server::memesh {
namespace {

constexpr std::int64_t furthest_result = 1000;

std::size_t size_of(std::int64_t number) noexcept {
    return static_cast<std::size_t>(number);
}

std::int64_t number_of(std::size_t size) noexcept {
    return static_cast<std::int64_t>(size);
}

memory::RecallQuery recall_for(SearchRequest const& request) {
    return {.query = request.query,
            .filter = filter_for(request.spaces),
            .limit = size_of(request.limit)};
}

Result<std::vector<FoundMemory>> everything(Call const& call, SearchRequest const& request) {
    auto const page = call.services.memory.list(
        call.caller(), {.filter = filter_for(request.spaces), .limit = size_of(request.limit)});
    if (!page) {
        return page.error();
    }
    auto plain = views_of(call, page->items);
    if (!plain) {
        return plain.error();
    }
    std::vector<FoundMemory> found;
    for (auto& view : *plain) {
        found.push_back({std::move(view), std::nullopt});
    }
    return found;
}

/// Keeps each memory only where it is most similar; ties go to the earlier question.
void deduplicate(std::vector<BatchSearchResult>& results) {
    struct Best {
        double similarity;
        std::size_t result;
    };

    std::unordered_map<std::string, Best> best;
    for (std::size_t at = 0; at < results.size(); ++at) {
        for (auto const& memory : results[at].memories) {
            Best const here{memory.similarity.value_or(0), at};
            auto const [known, is_new] = best.try_emplace(memory.id, here);
            if (!is_new && here.similarity > known->second.similarity) {
                known->second = here;
            }
        }
    }
    for (std::size_t at = 0; at < results.size(); ++at) {
        std::erase_if(results[at].memories, [&](FoundMemory const& memory) {
            return best.find(memory.id)->second.result != at;
        });
    }
}

BatchSearchResult answer(Call const& call, Result<memory::Recall> const& recall) {
    BatchSearchResult result;
    auto views = recall ? views_of(call, recall->hits) : recall.error();
    if (views) {
        result.memories = std::move(*views);
    } else {
        result.error = ProblemView{views.error().reason, views.error().message};
    }
    return result;
}

SearchRequest request_of(std::variant<std::string, SearchRequest> const& asked) {
    if (auto const* text = std::get_if<std::string>(&asked)) {
        return {.query = *text, .spaces = {}};
    }
    return std::get<SearchRequest>(asked);
}

memory::RecallMode mode_of(std::string_view word) noexcept {
    if (word == "SEMANTIC") {
        return memory::RecallMode::semantic;
    }
    return word == "KEYWORD" ? memory::RecallMode::keyword : memory::RecallMode::hybrid;
}

std::string_view word_of(memory::RecallMode mode) noexcept {
    return mode_words[static_cast<std::size_t>(mode)];
}

memory::RecallQuery recall_for(QueryRequest const& request) {
    memory::RecallQuery query{.query = request.query,
                              .filter = filter_for(request.spaces),
                              .mode = mode_of(request.mode),
                              .order = request.sort == "RECENT" ? memory::RecallOrder::recent
                                                                : memory::RecallOrder::relevance,
                              .limit = size_of(request.limit),
                              .offset = size_of(request.offset),
                              .similarity_floor = request.similarity_threshold,
                              .explain = request.explain};
    restrict_to_tags(query.filter, request.tags);
    query.filter.created = {request.created_after, request.created_before};
    if (request.source) {
        query.filter.sources = {*request.source};
    }
    for (auto const& word : request.sensitivity) {
        if (auto const sensitivity = memory::parse_sensitivity(word)) {
            query.filter.sensitivities.push_back(*sensitivity);
        }
    }
    return query;
}

std::optional<std::int64_t> rank_of(std::optional<int> rank) noexcept {
    return rank ? std::optional<std::int64_t>{*rank} : std::nullopt;
}

std::vector<ChannelView> explanation_of(memory::Hit const& hit) {
    std::vector<ChannelView> channels;
    for (auto const& score : hit.explanation) {
        channels.push_back({score.channel, score.raw, score.scaled, score.weight,
                            rank_of(score.rank), score.detail});
    }
    return channels;
}

} // namespace

Result<std::vector<FoundMemory>> search(Call& call, SearchRequest const& request) {
    if (asks_for_everything(request.query)) {
        return everything(call, request);
    }
    auto const recall = call.services.memory.recall(call.caller(), recall_for(request));
    if (!recall) {
        return recall.error();
    }
    return views_of(call, recall->hits);
}

Result<BatchSearchView> search_batch(Call& call, BatchSearchRequest const& request) {
    std::vector<memory::RecallQuery> queries;
    for (auto const& asked : request.queries) {
        auto const search_request = request_of(asked.value);
        if (asked.faults.empty() && !asks_for_everything(search_request.query)) {
            queries.push_back(recall_for(search_request));
        }
    }
    auto const recalls = call.services.memory.recall_many(call.caller(), queries);
    if (!recalls) {
        return recalls.error();
    }
    BatchSearchView view;
    std::size_t next = 0;
    for (std::size_t at = 0; at < request.queries.size(); ++at) {
        auto const& asked = request.queries[at];
        auto const search_request = request_of(asked.value);
        BatchSearchResult result;
        if (!asked.faults.empty()) {
            result.error = ProblemView{"VALIDATION_ERROR", sentence(asked.faults.front())};
        } else if (asks_for_everything(search_request.query)) {
            auto found = everything(call, search_request);
            if (!found) {
                return found.error();
            }
            result.memories = std::move(*found);
        } else {
            result = answer(call, (*recalls)[next++]);
        }
        result.index = number_of(at);
        result.query = search_request.query;
        view.results.push_back(std::move(result));
    }
    if (request.deduplicate) {
        deduplicate(view.results);
    }
    view.deduplicated = request.deduplicate;
    std::unordered_set<std::string_view> ids;
    for (auto const& result : view.results) {
        view.total += number_of(result.memories.size());
        for (auto const& memory : result.memories) {
            ids.insert(memory.id);
        }
    }
    view.unique = number_of(ids.size());
    return view;
}

Result<QueryView> query(Call& call, QueryRequest const& request) {
    if (request.offset + request.limit > furthest_result) {
        return validation_error({{"offset", "maximum", furthest_result - request.limit}});
    }
    auto const recall = call.services.memory.recall(call.caller(), recall_for(request));
    if (!recall) {
        return recall.error();
    }
    auto found = views_of(call, recall->hits);
    if (!found) {
        return found.error();
    }
    QueryView view;
    for (std::size_t at = 0; at < found->size(); ++at) {
        auto const& hit = recall->hits[at];
        view.items.push_back({std::move((*found)[at]),
                              {hit.score, rank_of(hit.semantic_rank), rank_of(hit.keyword_rank)},
                              request.explain ? std::optional{explanation_of(hit)} : std::nullopt});
    }
    view.total = number_of(recall->total);
    view.limit = request.limit;
    view.offset = request.offset;
    view.has_more = request.offset + number_of(view.items.size()) < view.total;
    view.retrieval = {std::string{word_of(recall->mode)}, recall->degraded, recall->truncated};
    return view;
}

Result<ContextView> context_window(Call& call, ContextRequest const& request) {
    memory::ContextQuery query{.recall = {.query = request.query,
                                          .filter = filter_for(request.spaces),
                                          .limit = size_of(request.max_items)},
                               .token_budget = size_of(request.token_budget),
                               .order = request.order == "CHRONOLOGICAL"
                                            ? memory::ContextOrder::chronological
                                            : memory::ContextOrder::relevance};
    restrict_to_tags(query.recall.filter, request.tags);
    query.recall.filter.view.critical = request.include_critical;
    auto const counter = memory::approximate_token_counter();
    auto const window = call.services.memory.context_window(call.caller(), query, *counter);
    if (!window) {
        return window.error();
    }
    std::vector<memory::Hit> hits;
    for (auto const& item : window->items) {
        hits.push_back(item.hit);
    }
    auto found = views_of(call, hits);
    if (!found) {
        return found.error();
    }
    ContextView view{.token_budget = request.token_budget,
                     .tokens_used = number_of(window->tokens_used),
                     .tokenizer = counter->name(),
                     .memories = {},
                     .context = window->text,
                     .omitted = number_of(window->omitted),
                     .truncated = window->truncated};
    for (std::size_t at = 0; at < found->size(); ++at) {
        view.memories.push_back({std::move((*found)[at]), number_of(window->items[at].tokens)});
    }
    return view;
}

Result<CountView> count(Call& call, SpacesRequest const& request) {
    auto const counted = call.services.memory.count(call.caller(), filter_for(request.spaces));
    if (!counted) {
        return counted.error();
    }
    return CountView{number_of(*counted)};
}

Result<SpacesView> spaces(Call& call, NoInput const&) {
    auto const summaries = call.services.memory.spaces(call.caller());
    if (!summaries) {
        return summaries.error();
    }
    SpacesView view;
    for (auto const& summary : *summaries) {
        view.spaces.push_back(
            {summary.space, number_of(summary.count), summary.created_at, summary.last_write_at});
    }
    view.total = number_of(view.spaces.size());
    return view;
}

} // namespace loci::server::memesh
