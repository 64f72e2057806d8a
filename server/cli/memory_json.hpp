#pragma once
#include <boost/json/fwd.hpp>
#include <loci/base/result.hpp>
#include <loci/memory/memory.hpp>
#include <loci/memory/recall.hpp>
#include <loci/memory/record.hpp>
#include <loci/runtime/key.hpp>
#include <string_view>

/// Memories and keys as JSON, with the member names of the HTTP API: what `--json` prints and what
/// goes over the wire.
namespace loci::cli {

boost::json::object to_json(memory::Record const& record);
boost::json::object to_json(memory::NewMemory const& item);
/// With `duplicate` and `nearDuplicates` if they were asked for.
boost::json::object to_json(memory::Stored const& stored, bool with_near_duplicates);
boost::json::object to_json(memory::Recall const& recall);
boost::json::object to_json(runtime::Key const& key);
boost::json::object to_json(Error const& error);

/// The first member that JSON of the HTTP API has no place for; nullptr: it holds all of them. The
/// agent does not count: a server writes down whose key it was.
char const* member_without_place(memory::NewMemory const& item);

/// Reads a line of an import: the library's form, or that of the HTTP API, whose instants are
/// called `occurredAt` and `createdAt`. Errors: `invalid`, naming the member.
Result<memory::NewMemory> read_new_memory(std::string_view line);

/// Reads what a server answered. Errors: `unavailable` (not what this release expects).
Result<memory::Record> read_record(boost::json::value const& value);
Result<memory::Stored> read_stored(boost::json::value const& value);
Result<memory::Hit> read_hit(boost::json::value const& value);
Result<runtime::Key> read_key(boost::json::value const& value);

Error unexpected_answer();

} // namespace loci::cli
