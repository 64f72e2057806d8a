#pragma once
#include "http/message.hpp"

#include <cstdint>
#include <loci/memory/memory.hpp>
#include <loci/runtime/identity.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loci::server::memesh {

/// Where an export stands: the id of an event, `<snapshot>:<revision key>` or `<snapshot>:end`.
struct ExportPosition {
    std::int64_t snapshot = 0;
    std::int64_t after = 0; ///< the largest number at the end
    bool operator==(ExportPosition const&) const = default;
};

/// Nullopt on anything else.
std::optional<ExportPosition> parse_export_position(std::string_view id) noexcept;

struct ExportPlan {
    Caller caller;
    std::vector<std::string> spaces;       ///< asked for; none: all
    std::vector<std::string> named_spaces; ///< shown in the first event
    ExportPosition from;
    std::size_t total = 0;
    bool as_exchange_lines = false;
};

/// Memories as server-sent events: `meta`, one `memory` each in ascending order, `done`. Reads
/// pages by key and holds no transaction between them.
///
/// Lifetime: memory and identity must outlive it.
std::unique_ptr<BodyStream> export_events(memory::Memory& memory, runtime::Identity& identity,
                                          ExportPlan plan);

} // namespace loci::server::memesh
