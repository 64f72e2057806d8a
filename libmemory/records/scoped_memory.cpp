#include <loci/memory/scoped_memory.hpp>

namespace loci::memory {
namespace {

constexpr std::string_view unset_name = "default";

void fill(std::optional<std::string>& coordinate, std::optional<std::string> const& given) {
    if (!coordinate) {
        coordinate = given;
    }
}

void restrict_coordinate(CoordinateFilter& filter, std::optional<std::string> const& given) {
    if (given && std::holds_alternative<Any>(filter)) {
        filter = Exactly{*given};
    }
}

/// Whether a record lies at the coordinate; `default` names the unset agent and organization.
bool lies_at(std::optional<std::string> const& coordinate, std::optional<std::string> const& given,
             bool has_default) {
    return !given || coordinate == given || (has_default && !coordinate && *given == unset_name);
}

bool lies_in(WriteScope const& place, WriteScope const& scope) {
    return lies_at(place.subject, scope.subject, false) &&
           lies_at(place.organization, scope.organization, true) &&
           lies_at(place.agent, scope.agent, true) && lies_at(place.space, scope.space, true) &&
           lies_at(place.session, scope.session, false) &&
           lies_at(place.project, scope.project, false);
}

} // namespace

ScopedMemory::ScopedMemory(Memory& memory, Scope scope)
    : memory_(&memory)
    , caller_{.tenant = std::move(scope.tenant), .user = std::move(scope.user)}
    , scope_{.subject = std::move(scope.subject),
             .organization = std::move(scope.organization),
             .agent = std::move(scope.agent),
             .space = std::move(scope.space),
             .session = std::move(scope.session),
             .project = std::move(scope.project)} {}

Result<Record> ScopedMemory::write(NewMemory item, std::optional<IdempotencyKey> key) const {
    fill(item.scope.subject, scope_.subject);
    fill(item.scope.organization, scope_.organization);
    fill(item.scope.agent, scope_.agent);
    fill(item.scope.space, scope_.space);
    fill(item.scope.session, scope_.session);
    fill(item.scope.project, scope_.project);
    auto stored = memory_->write(caller_, std::move(item), std::move(key));
    if (!stored) {
        return stored.error();
    }
    return std::move(stored->memory);
}

Result<Recall> ScopedMemory::recall(RecallQuery query) const {
    restrict_to_scope(query.filter.scope);
    return memory_->recall(caller_, query);
}

Result<Page> ScopedMemory::list(ListQuery query) const {
    restrict_to_scope(query.filter.scope);
    return memory_->list(caller_, query);
}

Result<std::size_t> ScopedMemory::count(Filter filter) const {
    restrict_to_scope(filter.scope);
    return memory_->count(caller_, filter);
}

Result<Record> ScopedMemory::get(MemoryId id) const {
    auto record = memory_->get(caller_, id);
    if (record && !lies_in(record->scope, scope_)) {
        return Error{ErrorKind::not_found, "MEMORY_NOT_FOUND", "no such memory"};
    }
    return record;
}

Result<Record> ScopedMemory::revise(MemoryId id, Patch const& patch) const {
    auto const inside = get(id);
    return inside ? memory_->revise(caller_, id, patch) : inside;
}

Result<Record> ScopedMemory::supersede(MemoryId older, MemoryId newer) const {
    for (auto const& id : {older, newer}) {
        auto inside = get(id);
        if (!inside) {
            return inside;
        }
    }
    return memory_->supersede(caller_, older, newer);
}

Result<Erased> ScopedMemory::forget(MemoryId id) const {
    auto const inside = get(id);
    if (!inside) {
        return inside.error();
    }
    return memory_->erase(caller_, {id});
}

Result<ContextWindow> ScopedMemory::context_window(ContextQuery query) const {
    restrict_to_scope(query.recall.filter.scope);
    return memory_->context_window(caller_, query, *approximate_token_counter());
}

void ScopedMemory::restrict_to_scope(ReadScope& scope) const {
    restrict_coordinate(scope.subject, scope_.subject);
    restrict_coordinate(scope.organization, scope_.organization);
    restrict_coordinate(scope.agent, scope_.agent);
    restrict_coordinate(scope.space, scope_.space);
    restrict_coordinate(scope.session, scope_.session);
    restrict_coordinate(scope.project, scope_.project);
}

} // namespace loci::memory
