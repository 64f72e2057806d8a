// Near duplicates are looked for before the transaction, on a snapshot: no writer waits for a
// search. What was found is judged again on the writer (`plan.cpp`), which takes it only if the
// memory still has the revision that was compared. Two near duplicates written at the same moment
// do not see each other; two equal ones do, by `DuplicateRule`.

#include "records/near.hpp"

#include "records/plan.hpp"
#include "records/stored.hpp"

#include <algorithm>
#include <consolidation/statement.hpp>
#include <index/allowed.hpp>
#include <numeric>
#include <text/analyzer.hpp>
#include <utility>

namespace loci::memory {
namespace {

/// Vectors compared by their words: those nearest in meaning.
constexpr std::size_t nearest = 32;

CoordinateFilter exactly(std::optional<std::string> const& coordinate) {
    return coordinate ? CoordinateFilter{Exactly{*coordinate}} : CoordinateFilter{Unset{}};
}

ReadScope same_place(WriteScope const& scope) {
    return {.subject = exactly(scope.subject),
            .organization = exactly(scope.organization),
            .agent = exactly(scope.agent),
            .space = exactly(scope.space),
            .session = Any{},
            .project = exactly(scope.project)};
}

/// What must be equal besides the words, for a record and for an item.
struct Circumstances {
    Kind kind;
    std::optional<std::string> speaker;
    std::string title;
    std::optional<Timestamp> valid_from;
    std::optional<Timestamp> valid_to;
    bool operator==(Circumstances const&) const = default;
};

template <class Memory>
Circumstances circumstances(Memory const& memory) {
    return {memory.kind, memory.speaker, text::fold(memory.title.value_or("")), memory.valid_from,
            memory.valid_to};
}

double cosine(std::span<float const> left, std::span<float const> right) {
    return left.size() == right.size()
               ? std::inner_product(left.begin(), left.end(), right.begin(), 0.0)
               : 0.0;
}

/// An item with what comparing needs of it.
struct Compared {
    PreparedItem* item = nullptr;
    ReadScope place;
    Circumstances circumstances;
    consolidation::Statement statement;
    std::vector<float> vector;
};

Compared compared(PreparedItem& item, std::int64_t model) {
    auto const language = item.input.language.value_or("");
    return {&item, same_place(item.input.scope), circumstances(item.input),
            consolidation::read_statement(item.input.content, language),
            vector_under(item.indexed, model)};
}

class NearSearch {
public:
    NearSearch(store::ReadTransaction& transaction, index::Catalogue& catalogue,
               Caller const& caller, UsedModel const& serving, NearnessLimits const& limits)
        : transaction_(transaction)
        , catalogue_(catalogue)
        , caller_(caller)
        , serving_(serving)
        , limits_(limits) {}

    void look_among_memories(Compared const& wanted) {
        if (auto const same =
                find_duplicate(transaction_, transaction_.now(), caller_, *wanted.item);
            same && circumstances(same->record) == wanted.circumstances) {
            wanted.item->near.push_back(
                {.near = {same->record.id, 1, 1}, .revision_key = same->record.revision_key});
        }
        if (wanted.vector.empty()) {
            return;
        }
        for (auto const& part : parts_for(wanted)) {
            auto const* const vectors = part.view.vectors();
            if (vectors == nullptr) {
                continue;
            }
            for (auto const& hit : vectors->search(wanted.vector, part.allowed.words(), nearest)) {
                auto const similarity = similarity_of(static_cast<double>(hit.score));
                if (similarity < limits_.similarity) {
                    break;
                }
                for (auto const& stored :
                     read_by_key(transaction_, {part.view.key(hit.position)})) {
                    judge(wanted, stored, similarity);
                }
            }
        }
    }

    void look_among_items(Compared const& wanted, std::span<Compared const> earlier) const {
        for (auto const& other : earlier) {
            if (other.place != wanted.place || other.circumstances != wanted.circumstances) {
                continue;
            }
            auto const is_same = other.item->text_hash == wanted.item->text_hash;
            NearCandidate candidate{.near = {other.item->id, 1, 1}, .revision_key = {}};
            if (!is_same) {
                candidate.near.similarity = similarity_of(cosine(wanted.vector, other.vector));
            }
            if (is_same || agrees(wanted, other.statement, candidate)) {
                wanted.item->near.push_back(candidate);
            }
        }
    }

private:
    double similarity_of(double score) const {
        return serving_.embedder != nullptr ? serving_.embedder->similarity(score) : score;
    }

    /// Items of a call mostly go to one place.
    std::vector<index::Part> const& parts_for(Compared const& wanted) {
        Filter filter{.scope = wanted.place};
        filter.kinds = {wanted.circumstances.kind};
        if (auto const& speaker = wanted.circumstances.speaker) {
            filter.speakers = {*speaker};
        }
        auto const key = std::tuple{filter.scope, filter.kinds, filter.speakers};
        if (!looked_at_ || *looked_at_ != key) {
            parts_ = index::allowed_parts(transaction_, catalogue_, caller_, filter);
            looked_at_ = key;
        }
        return parts_;
    }

    void judge(Compared const& wanted, StoredRecord const& stored, double similarity) const {
        auto const& record = stored.record;
        auto& near = wanted.item->near;
        auto const is_known = std::any_of(near.begin(), near.end(), [&](auto const& candidate) {
            return candidate.near.id == record.id;
        });
        if (is_known || circumstances(record) != wanted.circumstances) {
            return;
        }
        NearCandidate candidate{.near = {record.id, similarity, 0},
                                .revision_key = record.revision_key};
        if (agrees(wanted,
                   consolidation::read_statement(record.content, record.language.value_or("")),
                   candidate)) {
            near.push_back(candidate);
        }
    }

    bool agrees(Compared const& wanted, consolidation::Statement const& other,
                NearCandidate& candidate) const {
        auto const words = consolidation::compare(wanted.statement, other);
        candidate.near.words = words.share;
        candidate.says_more = words.relation == WordRelation::first_says_more;
        return candidate.near.similarity >= limits_.similarity &&
               words.relation != WordRelation::different && words.share >= limits_.words;
    }

    store::ReadTransaction& transaction_;
    index::Catalogue& catalogue_;
    Caller const& caller_;
    UsedModel const& serving_;
    NearnessLimits const& limits_;
    std::optional<std::tuple<ReadScope, std::vector<Kind>, std::vector<std::string>>> looked_at_;
    std::vector<index::Part> parts_;
};

bool is_share(double number) {
    return number >= 0 && number <= 1; // false for NaN
}

} // namespace

std::optional<Error> check(NearnessLimits const& limits) {
    if (!is_share(limits.similarity)) {
        return invalid_field("near.limits.similarity", "range",
                             "a similarity lies between 0 and 1");
    }
    if (!is_share(limits.words)) {
        return invalid_field("near.limits.words", "range", "a share of words lies between 0 and 1");
    }
    return std::nullopt;
}

void find_near(store::ReadTransaction& transaction, index::Catalogue& catalogue,
               Caller const& caller, UsedModel const& serving, NearnessLimits const& limits,
               std::span<PreparedItem> items) {
    NearSearch search{transaction, catalogue, caller, serving, limits};
    std::vector<Compared> seen;
    seen.reserve(items.size());
    for (auto& item : items) {
        item.near.clear();
        if (item.fault) {
            continue;
        }
        auto const wanted = compared(item, serving.number);
        search.look_among_memories(wanted);
        search.look_among_items(wanted, seen);
        std::stable_sort(item.near.begin(), item.near.end(),
                         [](NearCandidate const& left, NearCandidate const& right) {
                             return std::pair{left.near.similarity, left.near.words} >
                                    std::pair{right.near.similarity, right.near.words};
                         });
        seen.push_back(wanted);
    }
}

} // namespace loci::memory
