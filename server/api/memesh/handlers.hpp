#pragma once
#include "api/call.hpp"
#include "api/memesh/account_views.hpp"
#include "api/memesh/batch_views.hpp"
#include "api/memesh/requests.hpp"
#include "api/memesh/views.hpp"

#include <vector>

/// One function an operation: one library call, then the shape of its answer.
namespace loci::server::memesh {

/// With `duplicate` and its near duplicates when the request asks what to do about them.
Result<WriteAnswer> write(Call& call, SingleWriteRequest const& request);
Result<BatchAnswer> write_batch(Call& call, BatchRequest const& request);

Result<std::vector<FoundMemory>> search(Call& call, SearchRequest const& request);
Result<BatchSearchView> search_batch(Call& call, BatchSearchRequest const& request);
Result<QueryView> query(Call& call, QueryRequest const& request);
Result<ContextView> context_window(Call& call, ContextRequest const& request);
Result<CountView> count(Call& call, SpacesRequest const& request);
Result<SpacesView> spaces(Call& call, NoInput const& request);

Result<Response> export_stream(Call& call, ExportRequest const& request);

Result<store::Done> memory_exists(Call& call, ItemRequest const& request);
Result<MemoryView> read_memory(Call& call, ItemRequest const& request);
Result<DeletedView> delete_memory(Call& call, ItemRequest const& request);

Result<NewKeyView> create_key(Call& call, KeyRequest const& request);
Result<KeyPageView> list_keys(Call& call, KeyListRequest const& request);
Result<RevokedView> revoke_key(Call& call, ItemRequest const& request);

Result<AgentView> read_agent(Call& call, NoInput const& request);
Result<AgentView> register_agent(Call& call, RegisterRequest const& request);

} // namespace loci::server::memesh
