#include <algorithm>
#include <loci/memory/summary.hpp>

namespace loci::memory {
namespace {

Result<std::vector<Record>> named(Memory& memory, Caller const& caller,
                                  std::vector<MemoryId> const& ids) {
    std::vector<Record> records;
    for (auto const& id : ids) {
        auto record = memory.get(caller, id);
        if (!record) {
            return record.error();
        }
        records.push_back(std::move(*record));
    }
    return records;
}

Result<std::vector<Record>> newest(Memory& memory, Caller const& caller,
                                   SummaryQuery const& query) {
    auto page = memory.list(caller, {.filter = query.filter, .limit = query.most_memories});
    if (!page) {
        return page.error();
    }
    std::reverse(page->items.begin(), page->items.end());
    return std::move(page->items);
}

} // namespace

Result<Summary> summarise(Memory& memory, Caller const& caller, SummaryQuery const& query,
                          TokenCounter const& counter) {
    auto const records = query.memories.empty() ? newest(memory, caller, query)
                                                : named(memory, caller, query.memories);
    if (!records) {
        return records.error();
    }
    std::vector<SummarySource> sources;
    for (auto const& record : *records) {
        sources.push_back({record.id, record.content, record.speaker, record.language});
    }
    return summarise(sources, query.options, counter);
}

} // namespace loci::memory
