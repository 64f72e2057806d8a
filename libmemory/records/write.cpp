#include "records/write.hpp"

#include "records/lifecycle.hpp"
#include "records/plan.hpp"
#include "records/registry.hpp"
#include "records/rows.hpp"

#include <set>

namespace loci::memory {
namespace {

Record record_of(NewMemory const& input) {
    Record record;
    record.scope = input.scope;
    record.content = input.content;
    record.tags = input.tags;
    record.title = input.title;
    record.summary = input.summary;
    record.metadata = input.metadata;
    record.kind = input.kind;
    record.type = input.type;
    record.nature = input.nature;
    record.level = input.level;
    record.sensitivity = input.sensitivity;
    record.source = input.source;
    record.source_ref = input.source_ref;
    record.provenance = input.provenance;
    record.confidence = input.confidence;
    record.importance = input.importance;
    record.language = input.language;
    record.sequence = input.sequence;
    record.speaker = input.speaker;
    record.session_only = input.session_only;
    record.valid_from = input.valid_from;
    record.valid_to = input.valid_to;
    record.expires_at = input.expires_at;
    std::set<MemoryId> const origins{input.derived_from.begin(), input.derived_from.end()};
    record.derived_from.assign(origins.begin(), origins.end());
    return record;
}

void set_imported_stamps(Record& record, ImportedStamps const& stamps) {
    record.validation_count = stamps.validation_count;
    record.last_validated_at = stamps.last_validated_at;
    record.superseded_at = stamps.superseded_at;
    record.superseded_by = stamps.superseded_by;
    record.expired_at = stamps.expired_at;
    record.contested_at = stamps.contested_at;
}

void write_links(Mutation& mutation, PreparedItem const& item, std::optional<MemoryId> supersedes,
                 StoredRecord const& stored) {
    auto const& record = stored.record;
    for (auto const& origin : item.input.derived_from) {
        insert_edge(mutation, record, record.id, origin, "derived_from");
    }
    if (record.superseded_by) {
        insert_edge(mutation, record, *record.superseded_by, record.id, "supersedes");
    }
    if (!supersedes) {
        return;
    }
    insert_edge(mutation, record, record.id, *supersedes, "supersedes");
    auto older = find_readable(mutation.transaction(), mutation.caller(), *supersedes);
    if (older) {
        older->record.superseded_at = mutation.now();
        older->record.superseded_by = record.id;
        update_in_place(mutation, *older);
        mutation.restamped(*older);
    }
}

StoredRecord write_item(Mutation& mutation, PreparedItem const& item,
                        std::optional<MemoryId> supersedes) {
    auto& transaction = mutation.transaction();
    StoredRecord stored;
    auto& record = stored.record;
    record = record_of(item.input);
    record.id = item.id;
    record.tenant = mutation.caller().tenant;
    record.user = mutation.caller().user;
    record.index_state = state_of(item.indexed, mutation.models());
    record.recorded_at = mutation.now();
    record.updated_at = record.recorded_at;
    record.created_at = item.input.created_at.value_or(record.recorded_at);
    if (item.input.stamps) {
        set_imported_stamps(record, *item.input.stamps);
    }
    auto const place = ensure_place(mutation, record.scope);
    stored.owner = place.owner;
    stored.episode = place.episode;
    stored.words = item.indexed.words;
    stored.number = transaction.next("memory");
    record.revision_key = transaction.next("revision");
    insert_memory(mutation, stored, item.text_hash, item.indexed);
    mutation.added(stored, vector_under(item.indexed, mutation.model()), "write");
    write_links(mutation, item, supersedes, stored);
    return stored;
}

} // namespace

BatchResult write_items(Mutation& mutation, std::span<PreparedItem const> items,
                        WriteOptions options) {
    auto const decisions =
        plan_write(mutation.transaction(), mutation.now(), mutation.caller(), items, options);
    BatchResult result;
    result.items.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        auto const& decision = decisions[i];
        if (decision.fault) {
            result.items.emplace_back(*decision.fault);
        } else if (decision.existing) {
            result.items.emplace_back(Stored{decision.existing->record, true, decision.near});
        } else if (decision.same_as) {
            result.items.emplace_back(
                Stored{result.items[*decision.same_as]->memory, true, decision.near});
        } else {
            auto const supersedes =
                decision.supersedes ? decision.supersedes : items[i].input.supersedes;
            result.items.emplace_back(
                Stored{write_item(mutation, items[i], supersedes).record, false, decision.near});
            result.stored_any = true;
        }
    }
    mutation.publish();
    return result;
}

} // namespace loci::memory
