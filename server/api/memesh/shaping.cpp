#include "api/memesh/shaping.hpp"

#include <algorithm>
#include <cmath>

namespace loci::server::memesh {
namespace {

std::vector<std::string> without_repetition(std::vector<std::string> const& words) {
    std::vector<std::string> once;
    for (auto const& word : words) {
        if (std::find(once.begin(), once.end(), word) == once.end()) {
            once.push_back(word);
        }
    }
    return once;
}

} // namespace

bool asks_for_everything(std::string_view query) noexcept {
    return query == "*";
}

memory::Filter filter_for(std::vector<std::string> const& spaces) {
    memory::Filter filter;
    filter.kinds = {memory::Kind::memory, memory::Kind::decision};
    if (!spaces.empty()) {
        filter.scope.space = OneOf{spaces};
    }
    return filter;
}

void restrict_to_tags(memory::Filter& filter, std::optional<TagsGiven> const& tags) {
    if (!tags) {
        return;
    }
    if (auto const* any = std::get_if<std::vector<std::string>>(&*tags)) {
        filter.tags.any = *any;
        return;
    }
    auto const& condition = std::get<TagCondition>(*tags);
    filter.tags = {.any = condition.any, .all = condition.all, .none = condition.none};
}

memory::NewMemory to_new_memory(Call const& call, WriteRequest const& request) {
    memory::NewMemory item;
    item.content = request.content;
    item.scope.agent = call.caller().agent;
    item.scope.space = request.space;
    item.scope.session = request.session;
    item.tags = without_repetition(request.tags);
    item.summary = request.summary;
    item.metadata = request.metadata;
    item.type = request.type;
    item.sensitivity =
        memory::parse_sensitivity(request.sensitivity).value_or(memory::Sensitivity::normal);
    item.source = request.source == "" ? std::nullopt : request.source;
    item.confidence = request.confidence;
    item.importance = request.importance;
    item.sequence = request.sequence;
    item.speaker = request.speaker;
    item.valid_from = request.occurred_at;
    return item;
}

Error in_client_words(Error error) {
    for (auto& field : error.fields) {
        if (auto const end = field.path.rfind("]."); end != std::string::npos) {
            field.path.erase(0, end + 2);
        }
        if (field.path == "valid_from") {
            field.path = "occurredAt";
        }
    }
    return error;
}

Result<std::vector<std::optional<std::string>>>
agent_ids_of(Call const& call, std::vector<memory::Record const*> const& records) {
    std::vector<runtime::AgentCoordinate> asked;
    std::vector<std::size_t> positions(records.size(), records.size());
    for (std::size_t at = 0; at < records.size(); ++at) {
        auto const& record = *records[at];
        if (!record.scope.agent) {
            continue;
        }
        auto const same = std::find_if(asked.begin(), asked.end(), [&](auto const& known) {
            return known.user == record.user && known.coordinate == *record.scope.agent;
        });
        positions[at] = static_cast<std::size_t>(same - asked.begin());
        if (same == asked.end()) {
            asked.push_back({record.user, *record.scope.agent});
        }
    }
    std::vector<std::optional<std::string>> ids(records.size());
    if (asked.empty()) {
        return ids;
    }
    auto const found = call.services.identity.agent_ids(call.caller(), asked);
    if (!found) {
        return found.error();
    }
    for (std::size_t at = 0; at < records.size(); ++at) {
        if (positions[at] < found->size() && (*found)[positions[at]]) {
            ids[at] = to_string(*(*found)[positions[at]]);
        }
    }
    return ids;
}

void fill(MemoryView& view, memory::Record const& record, std::optional<std::string> agent_id) {
    view.id = to_string(record.id.value);
    view.content = record.content;
    view.summary = record.summary;
    view.space = record.scope.space.value_or("default");
    view.tags = record.tags;
    view.sensitivity = memory::to_string(record.sensitivity);
    view.source = record.source;
    view.agent_id = std::move(agent_id);
    view.created_at = record.created_at;
    view.updated_at = record.updated_at;
    view.session = record.scope.session;
    view.sequence = record.sequence;
    view.speaker = record.speaker;
    view.occurred_at = record.valid_from;
    view.metadata = record.metadata;
    view.type = record.type;
    view.importance = record.importance;
    view.confidence = record.confidence;
}

Result<MemoryView> view_of(Call const& call, memory::Record const& record) {
    auto ids = agent_ids_of(call, {&record});
    if (!ids) {
        return ids.error();
    }
    MemoryView view;
    fill(view, record, std::move(ids->front()));
    return view;
}

Result<std::vector<MemoryView>> views_of(Call const& call,
                                         std::vector<memory::Record> const& records) {
    std::vector<memory::Record const*> pointers;
    pointers.reserve(records.size());
    for (auto const& record : records) {
        pointers.push_back(&record);
    }
    auto ids = agent_ids_of(call, pointers);
    if (!ids) {
        return ids.error();
    }
    std::vector<MemoryView> views(records.size());
    for (std::size_t at = 0; at < views.size(); ++at) {
        fill(views[at], records[at], std::move((*ids)[at]));
    }
    return views;
}

Result<std::vector<FoundMemory>> views_of(Call const& call, std::vector<memory::Hit> const& hits) {
    std::vector<memory::Record const*> pointers;
    pointers.reserve(hits.size());
    for (auto const& hit : hits) {
        pointers.push_back(&hit.memory);
    }
    auto ids = agent_ids_of(call, pointers);
    if (!ids) {
        return ids.error();
    }
    std::vector<FoundMemory> views(hits.size());
    for (std::size_t at = 0; at < views.size(); ++at) {
        fill(views[at], hits[at].memory, std::move((*ids)[at]));
        views[at].similarity = rounded(hits[at].similarity);
    }
    return views;
}

double rounded(double similarity) noexcept {
    return std::round(similarity * 1e6) / 1e6;
}

} // namespace loci::server::memesh
