#include "records/changes.hpp"

#include <algorithm>
#include <array>
#include <loci/memory/record.hpp>
#include <string_view>

namespace loci::memory {
namespace {

constexpr std::array<std::string_view, 4> kinds{"memory", "agent", "session", "project"};

bool is_visible(store::Change const& change, Caller const& caller) {
    return change.tenant == caller.tenant && (change.user == caller.user || change.user.empty()) &&
           std::find(kinds.begin(), kinds.end(), change.kind) != kinds.end();
}

} // namespace

Result<std::vector<store::LoggedChange>> visible_changes(store::Database& database,
                                                         Caller const& caller, std::int64_t after,
                                                         std::size_t limit) {
    auto const wanted = std::min(limit, limits::results);
    std::vector<store::LoggedChange> visible;
    while (visible.size() < wanted) {
        auto const read = database.changes(after, limits::results);
        if (!read) {
            return read.error();
        }
        for (auto const& logged : *read) {
            if (visible.size() < wanted && is_visible(logged.change, caller)) {
                visible.push_back(logged);
            }
        }
        if (read->size() < limits::results) {
            break;
        }
        after = read->back().number;
    }
    return visible;
}

} // namespace loci::memory
