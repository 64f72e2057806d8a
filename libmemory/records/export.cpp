#include "records/export.hpp"

#include "records/registry.hpp"
#include "records/stored.hpp"
#include "records/text_list.hpp"

#include <algorithm>
#include <iterator>

namespace loci::memory {
namespace {

constexpr store::Sql select_snapshot{"SELECT coalesce(max(key), 0) FROM revision"};

constexpr store::Sql count_rows{R"sql(
SELECT count(*) FROM revision JOIN memory ON memory.number = revision.memory
WHERE revision.owner = ?1 AND revision.key <= ?2
    AND (revision.next_key IS NULL OR revision.next_key > ?2)
    AND memory.forgotten_at IS NULL
    AND (?3 = '[]' OR memory.space IN (SELECT value FROM json_each(?3)))
)sql"};

constexpr store::Sql select_page{R"sql(
SELECT * FROM record
WHERE key IN (
        SELECT revision.key FROM revision JOIN memory ON memory.number = revision.memory
        WHERE revision.owner = ?1 AND revision.key > ?2 AND revision.key <= ?3
            AND (revision.next_key IS NULL OR revision.next_key > ?3)
            AND memory.forgotten_at IS NULL
            AND (?4 = '[]' OR memory.space IN (SELECT value FROM json_each(?4)))
        ORDER BY revision.key LIMIT ?5)
ORDER BY key
)sql"};

} // namespace

ExportSnapshot begin_export(store::ReadTransaction& transaction, Caller const& caller,
                            std::vector<std::string> const& spaces,
                            std::optional<std::int64_t> snapshot) {
    ExportSnapshot begun;
    {
        auto rows = transaction.query(select_snapshot);
        auto const latest = rows.next() ? rows.integer(0) : 0;
        begun.snapshot = std::min(snapshot.value_or(latest), latest);
    }
    auto const names = text_list(spaces);
    for (auto const owner : visible_owners(transaction, caller)) {
        auto rows = transaction.query(count_rows, owner, begun.snapshot, names);
        begun.total += rows.next() ? static_cast<std::size_t>(rows.integer(0)) : 0;
    }
    return begun;
}

std::vector<Record> export_page(store::ReadTransaction& transaction, Caller const& caller,
                                std::vector<std::string> const& spaces, std::int64_t snapshot,
                                std::int64_t after, std::size_t limit) {
    auto const wanted = std::min(limit, limits::results);
    auto const names = text_list(spaces);
    std::vector<Record> page;
    for (auto const owner : visible_owners(transaction, caller)) {
        std::vector<Record> rows_of_owner;
        auto rows = transaction.query(select_page, owner, after, snapshot, names, wanted);
        while (rows.next()) {
            rows_of_owner.push_back(read_stored(rows).record);
        }
        std::vector<Record> merged;
        merged.reserve(page.size() + rows_of_owner.size());
        std::merge(std::move_iterator{page.begin()}, std::move_iterator{page.end()},
                   std::move_iterator{rows_of_owner.begin()},
                   std::move_iterator{rows_of_owner.end()}, std::back_inserter(merged),
                   [](Record const& left, Record const& right) {
                       return left.revision_key < right.revision_key;
                   });
        page = std::move(merged);
    }
    if (page.size() > wanted) {
        page.resize(wanted);
    }
    return page;
}

} // namespace loci::memory
