#include "index/allowed.hpp"

#include "index/column_filter.hpp"
#include "index/metadata_filter.hpp"

#include <algorithm>
#include <cmath>

namespace loci::index {
namespace {

constexpr store::Sql owner_number{"SELECT number FROM owner WHERE tenant = ?1 AND user = ?2"};

std::optional<std::int64_t> find_owner(store::ReadTransaction& transaction, std::string_view tenant,
                                       std::string_view user) {
    auto rows = transaction.query(owner_number, tenant, user);
    return rows.next() ? std::optional{rows.integer(0)} : std::nullopt;
}

bool is_team(std::string_view space) noexcept {
    return space.starts_with("team:");
}

bool is_bad(memory::NumberRange const& range) noexcept {
    return (range.minimum && std::isnan(*range.minimum)) ||
           (range.maximum && std::isnan(*range.maximum));
}

Bitmap evaluate(OwnerView const& view, memory::Filter const& filter, ReadTimes times) {
    if (view.size() == 0) {
        return Bitmap{0};
    }
    return admitted_rows(EntryFilter{filter, *view.texts(), times}, view.state());
}

} // namespace

std::optional<Error> check(memory::Filter const& filter) {
    if (is_bad(filter.confidence)) {
        return invalid_field("confidence", "type", "confidence is not a number");
    }
    if (is_bad(filter.importance)) {
        return invalid_field("importance", "type", "importance is not a number");
    }
    return check_metadata(filter.metadata);
}

std::optional<std::vector<std::string>> spaces_of(CoordinateFilter const& filter) {
    if (auto const* exactly = std::get_if<Exactly>(&filter)) {
        return std::vector{exactly->value};
    }
    if (auto const* either = std::get_if<ExactlyOrUnset>(&filter)) {
        return std::vector<std::string>{either->value, "default"};
    }
    if (std::holds_alternative<Unset>(filter)) {
        return std::vector<std::string>{"default"};
    }
    auto const* one_of = std::get_if<OneOf>(&filter);
    if (one_of != nullptr && !one_of->values.empty()) {
        return one_of->values;
    }
    return std::nullopt;
}

std::vector<Part> asked_owners(store::ReadTransaction& transaction, Catalogue& catalogue,
                               Caller const& caller, CoordinateFilter const& space) {
    auto const spaces = spaces_of(space);
    auto const asks_own = !spaces || !std::all_of(spaces->begin(), spaces->end(), is_team);
    auto const asks_team = !spaces || std::any_of(spaces->begin(), spaces->end(), is_team);
    std::vector<std::string_view> users;
    if (asks_own) {
        users.push_back(caller.user);
    }
    if (asks_team && !(asks_own && caller.user.empty())) {
        users.push_back("");
    }
    std::vector<Part> parts;
    for (auto const user : users) {
        if (auto const owner = find_owner(transaction, caller.tenant, user)) {
            parts.push_back({.owner = *owner, .view = catalogue.view(transaction, *owner)});
        }
    }
    return parts;
}

std::vector<Part> allowed_parts(store::ReadTransaction& transaction, Catalogue& catalogue,
                                Caller const& caller, memory::Filter const& filter) {
    auto parts = asked_owners(transaction, catalogue, caller, filter.scope.space);
    ReadTimes const times{.now = transaction.now(), .last_commit = transaction.last_commit_time()};
    for (auto& part : parts) {
        part.allowed = evaluate(part.view, filter, times);
        if (!filter.metadata.empty()) {
            keep_metadata(transaction, part.view, filter.metadata, part.allowed);
        }
    }
    return parts;
}

} // namespace loci::index
