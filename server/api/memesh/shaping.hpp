#pragma once
#include "api/call.hpp"
#include "api/memesh/requests.hpp"
#include "api/memesh/views.hpp"

#include <span>
#include <vector>

/// Between MeMesh's structs and those of the libraries.
namespace loci::server::memesh {

/// Whether the query is `*`: everything, newest first.
bool asks_for_everything(std::string_view query) noexcept;

/// What MeMesh's reads see: memories and decisions, in these spaces (none: all).
memory::Filter filter_for(std::vector<std::string> const& spaces);

void restrict_to_tags(memory::Filter& filter, std::optional<TagsGiven> const& tags);

memory::NewMemory to_new_memory(Call const& call, WriteRequest const& request);

/// An error of a write, its paths as the client wrote them.
Error in_client_words(Error error);

/// The agents' ids of memories, in order: one look-up for all of them.
/// Errors: those of `Identity::agent_ids`.
Result<std::vector<std::optional<std::string>>>
agent_ids_of(Call const& call, std::vector<memory::Record const*> const& records);

void fill(MemoryView& view, memory::Record const& record, std::optional<std::string> agent_id);

Result<MemoryView> view_of(Call const& call, memory::Record const& record);
Result<std::vector<MemoryView>> views_of(Call const& call,
                                         std::vector<memory::Record> const& records);
Result<std::vector<FoundMemory>> views_of(Call const& call, std::vector<memory::Hit> const& hits);

/// With 6 digits after the point.
double rounded(double similarity) noexcept;

/// The compact JSON text of a memory, as exports send it.
std::string to_json(MemoryView const& view);

} // namespace loci::server::memesh
