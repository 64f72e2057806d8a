#include "api/declare.hpp"
#include "api/memesh/dialect.hpp"
#include "api/memesh/handlers.hpp"
#include "api/memesh/shaping.hpp"

/// Every operation of the MeMesh API; the only file of it that instantiates codecs.
namespace loci::server::memesh {
namespace {

using runtime::Permission;

void declare_writing(EndpointTable& table) {
    Declarer api{table, "Memory"};
    api.post("/memory/write", &write)
        .in<SingleWriteRequest>()
        .out<MemoryView>(201, "The memory as it was stored; with `nearDuplicates`, a "
                              "`WrittenMemory`.")
        .out<WrittenMemory>(200, "Nothing was stored: this memory says the same.")
        .needs(Permission::memory_write)
        .audited("memory.write")
        .documented("writeMemory", "Remember something",
                    "The memory is durable, and found by every later search, when the answer "
                    "arrives. `X-Memory-Index: pending` says that it is found by words only for "
                    "the moment.");
    api.post("/memory/batch", &write_batch)
        .in<BatchRequest>()
        .out<BatchView>(201, "At least one memory was stored.")
        .out<BatchView>(200, "None was stored; every one has its reason.")
        .out<RolledBackView>(400, "The request is malformed as a whole, or, when transactional, "
                                  "one of its memories is.")
        .needs(Permission::memory_write)
        .takes_at_most(dialect().batch_body_limit)
        .audited("memory.batch")
        .documented("writeMemories", "Remember up to 100 things",
                    "Each is judged by itself, unless `transactional` is set.");
}

void declare_searching(EndpointTable& table) {
    Declarer api{table, "Memory"};
    api.get("/memory/search", &search)
        .in<SearchRequest>()
        .out<std::vector<FoundMemory>>(200, "Best first.")
        .needs(Permission::memory_read)
        .documented("searchMemories", "Search", "Lists are given by commas or by repetition.");
    api.post("/memory/search", &search)
        .in<SearchRequest>()
        .out<std::vector<FoundMemory>>(200, "Best first.")
        .needs(Permission::memory_read)
        .runs_in(Lane::read)
        .rated(RateClass::read)
        .documented("searchMemoriesByBody", "Search, with a body");
    api.post("/memory/batch/search", &search_batch)
        .in<BatchSearchRequest>()
        .out<BatchSearchView>(200, "One result a question.")
        .needs(Permission::memory_read)
        .runs_in(Lane::read)
        .rated(RateClass::read)
        .takes_at_most(dialect().batch_body_limit)
        .documented("searchMemoriesInBatch", "Ask up to 50 questions at once",
                    "All questions see one state of the store.");
    api.post("/memory/query", &query)
        .in<QueryRequest>()
        .out<QueryView>(200, "One page, with the reasons of its order.")
        .needs(Permission::memory_read)
        .runs_in(Lane::read)
        .rated(RateClass::read)
        .documented("queryMemories", "Search with filters and paging",
                    "Filters act before the cut to a page: a narrow one still fills it.");
    api.post("/memory/context-window", &context_window)
        .in<ContextRequest>()
        .out<ContextView>(200, "The text, and what it holds.")
        .needs(Permission::memory_read)
        .runs_in(Lane::read)
        .rated(RateClass::read)
        .documented("buildContextWindow", "Text for a model, within a budget",
                    "Memories are taken best first; one that does not fit is left out, and the "
                    "next is tried.");
}

void declare_reading(EndpointTable& table) {
    Declarer api{table, "Memory"};
    api.get("/memory/count", &count)
        .in<SpacesRequest>()
        .out<CountView>(200, "How many.")
        .needs(Permission::memory_read)
        .documented("countMemories", "Count");
    api.get("/memory/spaces", &spaces)
        .in<NoInput>()
        .out<SpacesView>(200, "By name.")
        .needs(Permission::memory_read)
        .documented("listSpaces", "Spaces and what they hold");
    api.get("/memory/stream/export", &export_stream)
        .in<ExportRequest>()
        .answers(200, "text/event-stream",
                 "Events `meta`, `memory` (one a memory, ascending), `done` with count and "
                 "SHA-256 of the data; `error` when it cannot go on.")
        .needs(Permission::memory_read)
        .audited("memory.export")
        .documented("exportMemories", "Everything, as a stream",
                    "Sees the state at its start. Send the last event's id as `Last-Event-ID` or "
                    "`after` to go on where a connection broke.");
    api.get("/memory/items/{id}", &read_memory)
        .in<ItemRequest>()
        .out<MemoryView>(200, "The memory.")
        .needs(Permission::memory_read)
        .of_existing(&memory_exists)
        .refuses({404})
        .documented("getMemory", "One memory");
    api.remove("/memory/items/{id}", &delete_memory)
        .in<ItemRequest>()
        .out<DeletedView>(200, "It is gone.")
        .needs(Permission::memory_erase)
        .of_existing(&memory_exists)
        .refuses({404})
        .audited("memory.delete")
        .documented("deleteMemory", "Forget one memory for good");
}

void declare_keys(EndpointTable& table) {
    Declarer api{table, "Keys"};
    api.post("/keys", &create_key)
        .in<KeyRequest>()
        .out<NewKeyView>(201, "The key; its secret is shown this once.")
        .needs(Permission::keys_manage)
        .refuses({409})
        .audited("key.create")
        .documented("createKey", "Make a key");
    api.get("/keys", &list_keys)
        .in<KeyListRequest>()
        .out<KeyPageView>(200, "The caller's keys.")
        .needs(Permission::keys_manage)
        .documented("listKeys", "List keys");
    api.remove("/keys/{id}", &revoke_key)
        .in<ItemRequest>()
        .out<RevokedView>(200, "It is refused from the next request on.")
        .refuses({404})
        .audited("key.revoke")
        .documented("revokeKey", "Revoke a key", "A key may always revoke itself.");
}

void declare_agents(EndpointTable& table) {
    Declarer api{table, "Agents"};
    api.get("/agents/me", &read_agent)
        .in<NoInput>()
        .out<AgentView>(200, "The worker that the key stands for.")
        .documented("getAgent", "Who am I");
    api.post("/agents/register", &register_agent)
        .in<RegisterRequest>()
        .out<AgentView>(201, "Registered for the first time.")
        .out<AgentView>(200, "Registered again.")
        .needs(Permission::executions_work)
        .refuses({409})
        .audited("agent.register")
        .documented("registerAgent", "Say who I am", "Absent fields keep their value.");
}

} // namespace

std::string to_json(MemoryView const& view) {
    std::string text;
    codec::write(view, text);
    return text;
}

boost::json::object error_schema(SchemaSet& schemas) {
    return refer_to(shape_of<ErrorView>(), schemas);
}

EndpointTable endpoints() {
    EndpointTable table;
    declare_writing(table);
    declare_searching(table);
    declare_reading(table);
    declare_keys(table);
    declare_agents(table);
    return table;
}

} // namespace loci::server::memesh
