#include "records/plan.hpp"

#include "records/lifecycle.hpp"
#include "records/registry.hpp"

#include <algorithm>
#include <functional>
#include <index/words.hpp>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace loci::memory {
namespace {

constexpr store::Sql select_duplicate{R"sql(
SELECT memory.number FROM words
CROSS JOIN revision ON revision.key = words.rowid
CROSS JOIN memory ON memory.number = revision.memory
WHERE words.words MATCH ?1 AND revision.text_hash = ?2 AND revision.ended_at IS NULL
    AND memory.space = ?3 AND memory.subject IS ?4 AND memory.organization IS ?5
    AND memory.agent IS ?6 AND memory.project IS ?7 AND memory.superseded_at IS NULL
    AND memory.expired_at IS NULL AND memory.forgotten_at IS NULL
    AND (memory.expires_at IS NULL OR memory.expires_at > ?8)
ORDER BY words.rowid DESC LIMIT 1
)sql"};

constexpr store::Sql select_current{R"sql(
SELECT * FROM record WHERE number = ?1 AND ended_at IS NULL
)sql"};

constexpr store::Sql select_text_hash{R"sql(
SELECT 1 FROM revision WHERE key = ?1 AND text_hash = ?2
)sql"};

// Nobody learns of an id that another tenant gave away: each tenant has ids of its own.
constexpr store::Sql select_taken{"SELECT 1 FROM memory WHERE id = ?1 AND tenant = ?2"};

constexpr store::Sql select_successor{R"sql(
SELECT superseded_by FROM memory WHERE id = ?1 AND tenant = ?2
)sql"};

using Successors = std::map<MemoryId, MemoryId>;
using Likeness =
    std::tuple<Hash, std::optional<std::string>, std::optional<std::string>,
               std::optional<std::string>, std::optional<std::string>, std::optional<std::string>>;

Likeness likeness(PreparedItem const& item) {
    auto const& scope = item.input.scope;
    return {item.text_hash,     scope.space, scope.subject,
            scope.organization, scope.agent, scope.project};
}

Error conflict(char const* reason, char const* message) {
    return {ErrorKind::conflict, reason, message};
}

std::optional<MemoryId> successor_of(store::ReadTransaction& transaction, Caller const& caller,
                                     MemoryId id) {
    auto rows = transaction.query(select_successor, id.value, caller.tenant);
    if (!rows.next() || rows.is_null(0)) {
        return std::nullopt;
    }
    return MemoryId{rows.uuid(0)};
}

bool chain_leads_to(store::ReadTransaction& transaction, Caller const& caller,
                    Successors const& unwritten, MemoryId start, MemoryId goal) {
    std::set<MemoryId> seen;
    std::optional<MemoryId> at = start;
    while (at && seen.insert(*at).second) {
        if (*at == goal) {
            return true;
        }
        auto const known = unwritten.find(*at);
        at = known == unwritten.end() ? successor_of(transaction, caller, *at)
                                      : std::optional{known->second};
    }
    return false;
}

/// A time of the past that an import brings must lie in the past.
std::optional<Error> check_times(PreparedItem const& item, Timestamp now) {
    std::vector<FieldError> fields;
    auto const check = [&](char const* path, std::optional<Timestamp> at) {
        if (at && *at > now) {
            fields.push_back({item.prefix + path, "maximum", format_rfc3339(now, 6)});
        }
    };
    check("created_at", item.input.created_at);
    if (auto const& stamps = item.input.stamps) {
        check("last_validated_at", stamps->last_validated_at);
        check("superseded_at", stamps->superseded_at);
        check("expired_at", stamps->expired_at);
        check("contested_at", stamps->contested_at);
    }
    if (fields.empty()) {
        return std::nullopt;
    }
    auto message = fields.front().path + " lies in the future";
    return Error{ErrorKind::invalid, "VALIDATION_ERROR", std::move(message), std::move(fields), {}};
}

class Planner {
public:
    Planner(store::ReadTransaction& transaction, Timestamp now, Caller const& caller,
            std::span<PreparedItem const> items, WriteOptions options)
        : transaction_(transaction)
        , now_(now)
        , caller_(caller)
        , items_(items)
        , options_(options) {}

    Decision decide(std::size_t at) {
        auto const& item = items_[at];
        Decision decision;
        if (item.fault) {
            decision.fault = item.fault;
            return decision;
        }
        if (options_.duplicates == DuplicateRule::return_existing && find_equal(item, decision)) {
            return decision;
        }
        if (options_.near) {
            weigh_near(item, decision);
        }
        if (!decision.stores()) {
            return decision;
        }
        decision.fault = fault_of(item);
        if (!decision.fault) {
            remember(item, at);
            if (decision.supersedes) {
                successors_.emplace(*decision.supersedes, item.id);
            }
        }
        return decision;
    }

private:
    /// Keeps the near duplicates that are still as they were compared, and obeys the rule about the
    /// nearest of them.
    void weigh_near(PreparedItem const& item, Decision& decision) {
        for (auto const& candidate : item.near) {
            auto const id = candidate.near.id;
            auto const place = places_.find(id);
            auto stored = place == places_.end() ? shown_now(candidate) : std::nullopt;
            if (successors_.contains(id) || (place == places_.end() && !stored)) {
                continue;
            }
            decision.near.push_back(candidate.near);
            if (decision.near.size() > 1 || options_.near->rule == NearRule::report) {
                continue;
            }
            if (options_.near->rule == NearRule::merge && candidate.says_more) {
                if (!item.input.supersedes && !item.input.stamps) {
                    decision.supersedes = id;
                }
            } else if (stored) {
                decision.existing = std::move(stored);
            } else {
                decision.same_as = place->second;
            }
        }
    }

    /// The memory, if it still has the revision that was compared and the default view shows it.
    std::optional<StoredRecord> shown_now(NearCandidate const& candidate) {
        auto stored = find_readable(transaction_, caller_, candidate.near.id);
        if (!stored || stored->record.revision_key != candidate.revision_key) {
            return std::nullopt;
        }
        auto const& record = stored->record;
        auto const is_shown = !record.superseded_at && !record.expired_at &&
                              (!record.expires_at || *record.expires_at > now_);
        return is_shown ? stored : std::nullopt;
    }

    bool find_equal(PreparedItem const& item, Decision& decision) {
        if (auto const known = planned_.find(likeness(item)); known != planned_.end()) {
            decision.same_as = known->second;
            return true;
        }
        decision.existing = find_duplicate(transaction_, now_, caller_, item);
        return decision.existing.has_value();
    }

    std::optional<Error> fault_of(PreparedItem const& item) {
        if (auto fault = check_times(item, now_)) {
            return fault;
        }
        if (places_.contains(item.id) ||
            (item.input.id &&
             transaction_.query(select_taken, item.id.value, caller_.tenant).next())) {
            return conflict("MEMORY_EXISTS", "a memory with this id exists");
        }
        if (item.input.supersedes) {
            if (auto fault = fault_of_superseding(item, *item.input.supersedes)) {
                return fault;
            }
        }
        if (item.input.stamps && item.input.stamps->superseded_by &&
            memory_leads_to(*item.input.stamps->superseded_by, item.id)) {
            return conflict("SUPERSEDE_CYCLE", "the memory would come to supersede itself");
        }
        return std::nullopt;
    }

    std::optional<Error> fault_of_superseding(PreparedItem const& item, MemoryId older) {
        if (older == item.id) {
            return conflict("SUPERSEDES_ITSELF", "a memory cannot supersede itself");
        }
        auto is_superseded = successors_.contains(older);
        if (!places_.contains(older)) {
            auto const stored = find_readable(transaction_, caller_, older);
            if (!stored) {
                return memory_not_found();
            }
            is_superseded = is_superseded || stored->record.superseded_by.has_value();
        }
        if (is_superseded) {
            return conflict("ALREADY_SUPERSEDED", "the memory has been superseded before");
        }
        auto const& stamps = item.input.stamps;
        if (stamps && stamps->superseded_by && memory_leads_to(*stamps->superseded_by, older)) {
            return conflict("SUPERSEDE_CYCLE", "the memory would come to supersede itself");
        }
        return std::nullopt;
    }

    bool memory_leads_to(MemoryId start, MemoryId goal) {
        return chain_leads_to(transaction_, caller_, successors_, start, goal);
    }

    void remember(PreparedItem const& item, std::size_t at) {
        places_.emplace(item.id, at);
        if (options_.duplicates == DuplicateRule::return_existing) {
            planned_.emplace(likeness(item), at);
        }
        if (item.input.supersedes) {
            successors_.emplace(*item.input.supersedes, item.id);
        }
        if (item.input.stamps && item.input.stamps->superseded_by) {
            successors_.emplace(item.id, *item.input.stamps->superseded_by);
        }
    }

    store::ReadTransaction& transaction_;
    Timestamp now_;
    Caller const& caller_;
    std::span<PreparedItem const> items_;
    WriteOptions options_;
    std::map<MemoryId, std::size_t> places_; ///< items that will be stored
    std::map<Likeness, std::size_t> planned_;
    Successors successors_;
};

std::optional<StoredRecord> find_current(store::ReadTransaction& transaction, std::int64_t number) {
    auto rows = transaction.query(select_current, number);
    return rows.next() ? std::optional{read_stored(rows)} : std::nullopt;
}

} // namespace

std::vector<Decision> plan_write(store::ReadTransaction& transaction, Timestamp now,
                                 Caller const& caller, std::span<PreparedItem const> items,
                                 WriteOptions options) {
    Planner planner{transaction, now, caller, items, options};
    std::vector<Decision> decisions;
    decisions.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        decisions.push_back(planner.decide(i));
    }
    auto const is_faulty = [](Decision const& decision) { return decision.fault.has_value(); };
    if (options.mode == WriteMode::all &&
        std::any_of(decisions.begin(), decisions.end(), is_faulty)) {
        for (auto& decision : decisions) {
            if (!decision.fault) {
                decision = Decision{conflict("ROLLED_BACK", "another item of the call is faulty"),
                                    std::nullopt, std::nullopt};
            }
        }
    }
    return decisions;
}

std::optional<StoredRecord> find_duplicate(store::ReadTransaction& transaction, Timestamp now,
                                           Caller const& caller, PreparedItem const& item) {
    auto const hash = store::Value::Blob{item.text_hash};
    if (item.input.id) {
        auto same = find_readable(transaction, caller, *item.input.id);
        if (same && transaction.query(select_text_hash, same->record.revision_key, hash).next()) {
            return same;
        }
    }
    auto const& scope = item.input.scope;
    auto const owner = find_owner(transaction, caller, *scope.space);
    if (!owner) {
        return std::nullopt;
    }
    std::optional<std::int64_t> number;
    {
        auto rows = transaction.query(select_duplicate, index::text_query(*owner, item.text_hash),
                                      hash, scope.space, scope.subject, scope.organization,
                                      scope.agent, scope.project, now);
        if (rows.next()) {
            number = rows.integer(0);
        }
    }
    return number ? find_current(transaction, *number) : std::nullopt;
}

bool leads_to(store::ReadTransaction& transaction, Caller const& caller, MemoryId start,
              MemoryId goal) {
    return chain_leads_to(transaction, caller, {}, start, goal);
}

} // namespace loci::memory
