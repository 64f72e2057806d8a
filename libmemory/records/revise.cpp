#include "records/revise.hpp"

#include "records/plan.hpp"
#include "records/rows.hpp"
#include "records/validate.hpp"

namespace loci::memory {
namespace {

constexpr store::Sql select_edge{R"sql(
SELECT 1 FROM edge
WHERE tenant = ?1 AND user = ?2 AND source = ?3 AND target = ?4 AND relation = 'contradicts'
)sql"};

Error conflict(char const* reason, char const* message) {
    return {ErrorKind::conflict, reason, message};
}

/// Opens a revision for `after` and writes its stamps.
void write_revision(Mutation& mutation, StoredRecord const& before, StoredRecord& after,
                    std::optional<Indexed> const& indexed) {
    open_revision(mutation, before, after, indexed);
    update_in_place(mutation, after);
    auto const& transaction_key = after.record.revision_key;
    mutation.added(after, read_vector(mutation.transaction(), transaction_key, mutation.model()),
                   "revise");
}

void write_stamps(Mutation& mutation, StoredRecord& stored, Stamps const& stamps) {
    set_stamps(stored.record, stamps);
    update_in_place(mutation, stored);
    mutation.restamped(stored);
}

/// What was analysed before the transaction, if the texts are still those it was made from.
Indexed indexed_for(PreparedPatch const& prepared, StoredRecord const& before,
                    Record const& after) {
    if (prepared.indexed && prepared.base_key == before.record.revision_key) {
        return *prepared.indexed;
    }
    return analyse(searched_text(after));
}

bool is_contradiction_known(Mutation& mutation, Record const& source, MemoryId target) {
    return mutation.transaction()
        .query(select_edge, source.tenant, source.user, source.id.value, target.value)
        .next();
}

/// Applies `event` and writes the stamps if they changed.
Result<Record> stamp(Mutation& mutation, StoredRecord stored, LifecycleEvent const& event) {
    auto const before = stamps_of(stored.record);
    auto const stamps = apply(before, event, mutation.now());
    if (!stamps) {
        return stamps.error();
    }
    if (*stamps != before) {
        write_stamps(mutation, stored, *stamps);
    }
    return stored.record;
}

} // namespace

Result<Record> revise(Mutation& mutation, MemoryId id, PreparedPatch const& prepared) {
    auto const before = find_readable(mutation.transaction(), mutation.caller(), id);
    if (!before) {
        return memory_not_found();
    }
    auto const& expected = prepared.patch.expected_revision;
    if (expected && *expected != before->record.revision) {
        return Error{ErrorKind::conflict,
                     "STALE_REVISION",
                     "the memory has been revised since",
                     {},
                     {{"revision", std::int64_t{before->record.revision}}}};
    }
    auto after = *before;
    after.record = patched(before->record, prepared.patch);
    if (auto fault = check_valid_time(after.record.valid_from, after.record.valid_to)) {
        return *fault;
    }
    if (opens_revision(before->record, after.record)) {
        std::optional<Indexed> indexed;
        if (changes_text(before->record, after.record)) {
            indexed = indexed_for(prepared, *before, after.record);
        }
        write_revision(mutation, *before, after, indexed);
    } else if (after.record != before->record) {
        update_in_place(mutation, after);
        mutation.restamped(after);
    }
    mutation.publish();
    return after.record;
}

Result<Record> supersede(Mutation& mutation, MemoryId older, MemoryId newer) {
    auto& transaction = mutation.transaction();
    auto stored = find_readable(transaction, mutation.caller(), older);
    auto const successor = find_readable(transaction, mutation.caller(), newer);
    if (!stored || !successor) {
        return memory_not_found();
    }
    if (older == newer) {
        return conflict("SUPERSEDES_ITSELF", "a memory cannot supersede itself");
    }
    if (leads_to(transaction, mutation.caller(), newer, older)) {
        return conflict("SUPERSEDE_CYCLE", "the memory would come to supersede itself");
    }
    auto result = stamp(mutation, std::move(*stored), {LifecycleAction::supersede, newer});
    if (result) {
        insert_edge(mutation, successor->record, newer, older, "supersedes");
        mutation.publish();
    }
    return result;
}

Result<Record> contradict(Mutation& mutation, MemoryId id, MemoryId other) {
    auto& transaction = mutation.transaction();
    auto stored = find_readable(transaction, mutation.caller(), id);
    auto counterpart = find_readable(transaction, mutation.caller(), other);
    if (!stored || !counterpart) {
        return memory_not_found();
    }
    if (id == other) {
        return conflict("CONTRADICTS_ITSELF", "a memory cannot contradict itself");
    }
    if (!is_contradiction_known(mutation, counterpart->record, id)) {
        insert_edge(mutation, stored->record, stored->record.id, other, "contradicts");
    }
    auto const stamped =
        stamp(mutation, std::move(*counterpart), {LifecycleAction::contest, std::nullopt});
    if (!stamped) {
        return stamped.error();
    }
    auto result = stamp(mutation, std::move(*stored), {LifecycleAction::contest, std::nullopt});
    mutation.publish();
    return result;
}

Result<Record> validate(Mutation& mutation, MemoryId id, std::optional<double> confidence) {
    if (auto fault = check_confidence(confidence)) {
        return *fault;
    }
    auto const before = find_readable(mutation.transaction(), mutation.caller(), id);
    if (!before) {
        return memory_not_found();
    }
    auto const stamps =
        apply(stamps_of(before->record), {LifecycleAction::validate, std::nullopt}, mutation.now());
    if (!stamps) {
        return stamps.error();
    }
    auto after = *before;
    if (confidence && before->record.confidence != confidence) {
        after.record.confidence = confidence;
        set_stamps(after.record, *stamps);
        write_revision(mutation, *before, after, std::nullopt);
    } else {
        write_stamps(mutation, after, *stamps);
    }
    mutation.publish();
    return after.record;
}

Result<Record> transition(Mutation& mutation, MemoryId id, LifecycleAction action) {
    auto stored = find_readable(mutation.transaction(), mutation.caller(), id);
    if (!stored) {
        return memory_not_found();
    }
    auto result = stamp(mutation, std::move(*stored), {action, std::nullopt});
    mutation.publish();
    return result;
}

} // namespace loci::memory
