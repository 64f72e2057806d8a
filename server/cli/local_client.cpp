#include "cli/local_client.hpp"

#include <loci/memory/exchange.hpp>

namespace loci::cli {
namespace {

constexpr std::size_t export_page = 500;

} // namespace

LocalClient::LocalClient(std::unique_ptr<Host> host, Caller caller)
    : host_(std::move(host))
    , caller_(std::move(caller)) {}

Result<memory::Stored> LocalClient::remember(memory::NewMemory item,
                                             std::optional<memory::NearRule> near_duplicates) {
    memory::WriteOptions options;
    if (near_duplicates) {
        options.near.emplace().rule = *near_duplicates;
    }
    return host_->memory().write(caller_, std::move(item), options);
}

Result<memory::Recall> LocalClient::recall(memory::RecallQuery query) {
    return host_->memory().recall(caller_, query);
}

Result<ImportResults> LocalClient::import_items(std::vector<memory::NewMemory> items) {
    auto written =
        host_->memory().write_many(caller_, std::move(items), {.mode = memory::WriteMode::each});
    if (!written) {
        return written.error();
    }
    ImportResults results;
    results.reserve(written->items.size());
    for (auto& item : written->items) {
        if (item) {
            results.emplace_back(item->memory.id);
        } else {
            results.emplace_back(item.error());
        }
    }
    return results;
}

Result<store::Done> LocalClient::export_items(std::vector<std::string> const& spaces,
                                              ExportSink const& sink) {
    auto const begun = host_->memory().begin_export(caller_, spaces);
    if (!begun) {
        return begun.error();
    }
    std::int64_t after = 0;
    while (true) {
        auto const page =
            host_->memory().export_page(caller_, spaces, begun->snapshot, after, export_page);
        if (!page) {
            return page.error();
        }
        for (auto const& record : *page) {
            if (!sink(memory::exchange_line(record), begun->total)) {
                return store::Done{};
            }
        }
        if (page->size() < export_page) {
            return store::Done{};
        }
        after = page->back().revision_key;
    }
}

Result<runtime::IssuedKey> LocalClient::create_key(runtime::NewKey const& key) {
    return host_->identity().issue_key(caller_, key);
}

Result<runtime::KeyPage> LocalClient::list_keys(runtime::KeyQuery const& query) {
    return host_->identity().list_keys(caller_, query);
}

Result<runtime::Key> LocalClient::revoke_key(runtime::KeyId id) {
    return host_->identity().revoke_key(caller_, id);
}

} // namespace loci::cli
