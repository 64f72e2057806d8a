#include "recall/finder.hpp"

#include <algorithm>
#include <index/allowed.hpp>
#include <map>

namespace loci::recall {
namespace {

constexpr store::Sql times_of_spaces{
    "SELECT name, created_at, last_write_at FROM space WHERE owner = ?1"};

struct ListedRow {
    std::int64_t created_at = 0;
    std::int64_t key = 0;
    auto operator<=>(ListedRow const&) const = default;
};

/// Keys of one page, and how many rows there are in all.
std::pair<std::vector<std::int64_t>, std::size_t> page_keys(std::vector<index::Part> const& parts,
                                                            memory::ListQuery const& query) {
    std::vector<ListedRow> rows;
    for (auto const& part : parts) {
        part.allowed.for_each([&](std::uint32_t position) {
            rows.push_back({part.view.created_at(position), part.view.key(position)});
        });
    }
    auto const first = std::min(query.offset, rows.size());
    auto const last = first + std::min(query.limit, rows.size() - first);
    auto const middle = rows.begin() + static_cast<std::ptrdiff_t>(last);
    if (query.order == memory::ListOrder::newest_first) {
        std::partial_sort(rows.begin(), middle, rows.end(), std::greater<>{});
    } else {
        std::partial_sort(rows.begin(), middle, rows.end());
    }
    std::vector<std::int64_t> keys;
    for (auto i = first; i < last; ++i) {
        keys.push_back(rows[i].key);
    }
    return {std::move(keys), rows.size()};
}

} // namespace

Result<memory::Page> Finder::list(Caller const& caller, memory::ListQuery const& query) const {
    if (query.limit > memory::limits::results) {
        return invalid_field("limit", "maximum", "limit is at most 1000");
    }
    if (auto error = index::check(query.filter)) {
        return std::move(*error);
    }
    return database_->read<memory::Page>([&](store::ReadTransaction& transaction) {
        auto const parts = index::allowed_parts(transaction, *catalogue_, caller, query.filter);
        auto const [keys, total] = page_keys(parts, query);
        return Result<memory::Page>{
            memory::Page{.items = read_records_(transaction, keys), .total = total}};
    });
}

Result<std::size_t> Finder::count(Caller const& caller, memory::Filter const& filter) const {
    if (auto error = index::check(filter)) {
        return std::move(*error);
    }
    return database_->read<std::size_t>([&](store::ReadTransaction& transaction) {
        std::size_t total = 0;
        for (auto const& part : index::allowed_parts(transaction, *catalogue_, caller, filter)) {
            total += part.allowed.count();
        }
        return Result<std::size_t>{total};
    });
}

Result<std::vector<memory::SpaceSummary>> Finder::spaces(Caller const& caller,
                                                         memory::View view) const {
    using Summaries = std::vector<memory::SpaceSummary>;
    return database_->read<Summaries>([&](store::ReadTransaction& transaction) {
        std::map<std::string, memory::SpaceSummary> by_name;
        for (auto const& part :
             index::allowed_parts(transaction, *catalogue_, caller, {.view = view})) {
            for (auto const& [space, count] : part.view.count_by_space(part.allowed)) {
                std::string name{part.view.strings()->text(space)};
                auto& summary = by_name[name];
                summary.space = name;
                summary.count = count;
            }
            auto rows = transaction.query(times_of_spaces, part.owner);
            while (rows.next()) {
                auto const known = by_name.find(std::string{rows.text(0)});
                if (known != by_name.end()) {
                    known->second.created_at = rows.time(1);
                    known->second.last_write_at = rows.time(2);
                }
            }
        }
        Summaries summaries;
        for (auto& [name, summary] : by_name) {
            summaries.push_back(std::move(summary));
        }
        return Result<Summaries>{std::move(summaries)};
    });
}

} // namespace loci::recall
