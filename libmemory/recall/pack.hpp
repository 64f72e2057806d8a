#pragma once
#include <loci/memory/context_window.hpp>
#include <vector>

namespace loci::recall {

/// Packs hits, best first, under the budget of `query`.
memory::ContextWindow pack(std::vector<memory::Hit> hits, memory::ContextQuery const& query,
                           memory::TokenCounter const& counter);

} // namespace loci::recall
