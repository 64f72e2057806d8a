#pragma once
#include <cstddef>
#include <functional>
#include <loci/base/result.hpp>
#include <loci/memory/memory.hpp>
#include <loci/runtime/key.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loci::cli {

/// What an import learns of each item.
using ImportResults = std::vector<Result<memory::MemoryId>>;

/// Takes one exported memory, as `memory::exchange_line` writes it; false ends the export (the
/// reader has gone away).
using ExportSink = std::function<bool(std::string_view line, std::size_t total)>;

/// The memories behind a command: the library on an open directory, or a server over HTTP.
///
/// Threads: one at a time.
class Client {
public:
    virtual ~Client() = default;

    virtual Result<memory::Stored> remember(memory::NewMemory item,
                                            std::optional<memory::NearRule> near_duplicates) = 0;
    virtual Result<memory::Recall> recall(memory::RecallQuery query) = 0;

    /// Stores each item by itself; one result an item, in order. At most `import_size` at once.
    virtual Result<ImportResults> import_items(std::vector<memory::NewMemory> items) = 0;

    /// Memories of the spaces (none named: all) in the order of their writing.
    virtual Result<store::Done> export_items(std::vector<std::string> const& spaces,
                                             ExportSink const& sink) = 0;

    virtual Result<runtime::IssuedKey> create_key(runtime::NewKey const& key) = 0;
    virtual Result<runtime::KeyPage> list_keys(runtime::KeyQuery const& query) = 0;
    virtual Result<runtime::Key> revoke_key(runtime::KeyId id) = 0;

    /// Whether ids and times of an import can be kept.
    virtual bool keeps_ids() const = 0;

    static constexpr std::size_t import_size = 100;
};

} // namespace loci::cli
